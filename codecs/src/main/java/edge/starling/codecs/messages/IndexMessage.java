package edge.starling.codecs.messages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the index takes, answers and tells: who is a member, and who provides what. */
public sealed interface IndexMessage extends BusMessage {

  /**
   * Make this a function's version, if {@code replaces} still is the present one, and this node its
   * provider.
   *
   * @param replaces null where there must be none; a tombstone counts as the version it has
   */
  record Publish(Description description, @Nullable FunctionVersion replaces)
      implements IndexMessage {}

  /** This node can now run this version. */
  record Announce(Description description) implements IndexMessage {}

  /**
   * What became of a Publish or an Announce.
   *
   * @param newest the version that stands; for OUTDATED the one to fetch instead
   */
  record Standing(Verdict verdict, Entry newest) implements IndexMessage {}

  /** How what a node brings compares with what the index knows. */
  enum Verdict {
    /** It stands, and this node is a provider of it. */
    CURRENT,
    /** A higher version, or another of the same rank, is known. */
    OUTDATED,
    /** The function was deleted at this version or a higher one. */
    DELETED
  }

  /** This node no longer runs it. The last provider's withdrawal may delete the function. */
  record Withdraw(FunctionName function, boolean deleteWhenLast) implements IndexMessage {}

  /**
   * @param last nobody provides it any more
   */
  record Withdrawn(boolean last) implements IndexMessage {}

  /** Delete the function everywhere. */
  record Delete(FunctionName function) implements IndexMessage {}

  /** This node leaves: take all its entries out, and keep the descriptions. */
  record Leave() implements IndexMessage {}

  record Left() implements IndexMessage {}

  /** Describe a function and name its live providers. */
  record Lookup(FunctionName function) implements IndexMessage {}

  /**
   * @param entry null for a name that the index has never had, or has forgotten
   */
  record Found(@Nullable Entry entry) implements IndexMessage {}

  /**
   * What the index holds of a function; also how it is stored.
   *
   * @param description the newest version
   * @param deleted a tombstone: the function is gone, and the version tells since which
   * @param providers live nodes that run it
   */
  record Entry(Description description, boolean deleted, List<NodeId> providers)
      implements IndexMessage {
    public Entry {
      providers = List.copyOf(providers);
    }
  }

  /**
   * A page of functions by name.
   *
   * @param prefix of the name; may be empty
   * @param after the last name of the page before; null for the first page
   * @param limit 1 to 1 000
   */
  record ListFunctions(String prefix, @Nullable FunctionName after, int limit)
      implements IndexMessage {}

  /**
   * @param more there are further names after the last of these
   */
  record FunctionPage(List<Entry> entries, boolean more) implements IndexMessage {
    public FunctionPage {
      entries = List.copyOf(entries);
    }
  }

  record ListMembers() implements IndexMessage {}

  record Members(List<Member> members) implements IndexMessage {
    public Members {
      members = List.copyOf(members);
    }
  }

  /**
   * A live node.
   *
   * @param httpUrl where clients reach it
   */
  record Member(NodeId node, String httpUrl) {}

  /** All that a node provides; a router asks for it when it has missed an announcement. */
  record AskAnnouncements() implements IndexMessage {}

  /**
   * @param number of the node's newest change; each change has the number that follows
   */
  record Announcements(NodeId node, long number, List<Description> functions)
      implements IndexMessage {
    public Announcements {
      functions = List.copyOf(functions);
    }
  }

  /** Told to all: {@code node} provides this version from now on, in place of any before. */
  record Announced(NodeId node, long number, Description description) implements IndexMessage {}

  /** Told to all: {@code node} no longer provides it. */
  record ProviderWithdrawn(NodeId node, long number, FunctionName function)
      implements IndexMessage {}

  /** Told to all: the function is deleted, up to this version. */
  record Deleted(FunctionName function, FunctionVersion version) implements IndexMessage {}

  /** Told within the node: a member has joined. */
  record PeerJoined(Member member) implements IndexMessage {}

  /** Told within the node: a member has left or died. */
  record PeerLost(NodeId node) implements IndexMessage {}
}
