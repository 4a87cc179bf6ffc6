package edge.starling.codecs.messages;

import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.RuntimeKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the deployment verticle takes and answers. */
public sealed interface DeploymentMessage extends BusMessage {

  /**
   * Take a function in.
   *
   * @param mode what the client asked for
   * @param name null for a made-up one, with CREATE only
   * @param handler null with PUT: fetch it from a provider
   */
  record Deploy(
      Mode mode,
      @Nullable FunctionName name,
      Choices choices,
      @Nullable Upload handler,
      @Nullable Upload requirements)
      implements DeploymentMessage {}

  /**
   * Take a function in whose files some node has, as {@link Deploy} does where they are sent along.
   *
   * @param like the function that has the files; null for those that the function has now, with PUT
   *     only
   */
  record Place(Mode mode, FunctionName name, Choices choices, @Nullable Description like)
      implements DeploymentMessage {}

  /**
   * Take a function in that is an OCI image, for the OpenFaaS gateway of the node.
   *
   * @param choices their runtime is {@link RuntimeKind#OPENFAAS}, and {@link OpenFaas#image} the
   *     image
   * @param adopted the gateway has the function already, and keeps it whatever becomes of it here
   */
  record DeployImage(Mode mode, FunctionName name, Choices choices, boolean adopted)
      implements DeploymentMessage {}

  /** CREATE refuses a taken name; PUT makes, joins or updates. */
  enum Mode {
    CREATE,
    PUT
  }

  /**
   * The settings that the client named; null keeps the present value, or takes the default.
   *
   * @param capacity as {@link Capacity#parse} takes it, or {@link #AS_THE_NODE}
   * @param policy a policy with its parameters, or {@link #AS_THE_NODE}
   * @param openFaas what a client of OpenFaaS says besides
   */
  record Choices(
      @Nullable RuntimeKind runtime,
      @Nullable Integer memoryMiB,
      @Nullable Duration timeout,
      @Nullable Map<String, String> env,
      @Nullable Map<String, String> labels,
      @Nullable String capacity,
      @Nullable String policy,
      @Nullable OpenFaas openFaas) {
    /** What each provider's configuration says. */
    public static final String AS_THE_NODE = "node";

    public static final Choices NONE = new Choices(null, null, null, null, null);

    /** Of those that say nothing about capacity and policy. */
    public Choices(
        @Nullable RuntimeKind runtime,
        @Nullable Integer memoryMiB,
        @Nullable Duration timeout,
        @Nullable Map<String, String> env,
        @Nullable Map<String, String> labels) {
      this(runtime, memoryMiB, timeout, env, labels, null, null);
    }

    /** Of those that are no clients of OpenFaaS. */
    public Choices(
        @Nullable RuntimeKind runtime,
        @Nullable Integer memoryMiB,
        @Nullable Duration timeout,
        @Nullable Map<String, String> env,
        @Nullable Map<String, String> labels,
        @Nullable String capacity,
        @Nullable String policy) {
      this(runtime, memoryMiB, timeout, env, labels, capacity, policy, null);
    }

    public Choices {
      env = env == null ? null : Map.copyOf(env);
      labels = labels == null ? null : Map.copyOf(labels);
    }
  }

  /**
   * A file that the client sent, already on this node's disk; whoever takes it over removes it.
   *
   * @param fileName as the client calls it
   * @param path where it lies
   */
  record Upload(String fileName, String path) {}

  /** How a deployment ended: {@link Deployed} or {@link Rejected}. */
  sealed interface DeployAnswer extends DeploymentMessage {}

  /**
   * @param created the function is new, or this node became one more provider of it; false for an
   *     update
   * @param withdrawn providers that failed to take the new version over, and no longer provide it
   */
  record Deployed(
      Description description,
      List<NodeId> providers,
      boolean created,
      List<TakeoverFailure> withdrawn)
      implements DeployAnswer {
    public Deployed {
      providers = List.copyOf(providers);
      withdrawn = List.copyOf(withdrawn);
    }
  }

  record TakeoverFailure(NodeId node, String problem) {}

  /**
   * Nothing was changed.
   *
   * @param detail for the user: what was wrong and what is allowed
   */
  record Rejected(Cause cause, String detail) implements DeployAnswer {}

  /** Why a deployment or a removal was not done. */
  enum Cause {
    /** A field is missing or wrong. */
    INVALID,
    /** The name is taken. */
    TAKEN,
    /** Somebody else changed the function meanwhile. */
    CHANGED_MEANWHILE,
    /** There is no such function. */
    UNKNOWN,
    /** The handler or its requirements cannot be built or loaded. */
    UNFIT,
    /** The runtime is switched off on this node. */
    SWITCHED_OFF,
    /** What the runtime needs outside of the node does not answer. */
    RUNTIME_DOWN,
    /** No live provider has the artefact. */
    NO_PROVIDER,
    /** The index did not answer, and nothing was changed. */
    INDEX_SILENT,
    /** This node is leaving the cluster. */
    DRAINING,
    /** It did not end in time. */
    DEADLINE
  }

  /** Remove this node's copy, or all copies. */
  record Undeploy(FunctionName function, boolean everywhere) implements DeploymentMessage {}

  /**
   * @param rejected null when it is done
   */
  record Undeployed(@Nullable Rejected rejected) implements DeploymentMessage {}

  /**
   * Provide it no longer, but keep its files: the function stays, even with no provider left, and
   * {@link Place} makes this node one again.
   */
  record Rest(FunctionName function) implements DeploymentMessage {}

  /**
   * @param rejected null when it rests, or is not here
   */
  record Rested(@Nullable Rejected rejected) implements DeploymentMessage {}

  /** To a provider of an older version: fetch this one, switch to it, drain the old. */
  record TakeOver(Description description, NodeId from) implements DeploymentMessage {}

  /**
   * @param problem null when the version is taken over
   */
  record TakenOver(@Nullable String problem) implements DeploymentMessage {}

  /**
   * To a provider that failed to take over: withdraw from the function, and drop its copy.
   *
   * @param below a copy of this version or a higher one stays: it came after all
   */
  record Discard(FunctionName function, FunctionVersion below) implements DeploymentMessage {}

  /**
   * @param kept the node runs that version or a higher one by now
   */
  record Discarded(boolean kept) implements DeploymentMessage {}

  /** Where can this artefact of a function be read? */
  record AskArtefact(String sha256) implements DeploymentMessage {}

  /**
   * @param handle null where this node has no such artefact
   */
  record ArtefactAt(@Nullable BodyHandle handle) implements DeploymentMessage {}

  /** Are the functions on this node's disk running again? */
  record AskRecovered() implements DeploymentMessage {}

  /**
   * @param pending functions that are still being brought back
   */
  record Recovered(int pending) implements DeploymentMessage {}
}
