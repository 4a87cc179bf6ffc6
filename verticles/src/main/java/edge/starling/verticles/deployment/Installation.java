package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings versions onto this node and takes them off: disk, invoker and index in the order in which
 * neither a call is refused nor anything half done stays. A version goes onto the disk, is
 * prepared, is committed, and then goes live; what fails on the way is undone. Confined to one
 * event loop; the operations on one function take turns.
 */
final class Installation {
  private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

  private final Copies copies;
  private final FunctionFolders folders;
  private final Worker worker;
  private final RuntimeClient runtime;
  private final ArtefactClient artefacts;
  private final IndexClient index;
  private final Map<Version, CompletionStage<?>> leaving = new HashMap<>();

  private record Version(FunctionName function, FunctionVersion version) {
    static Version of(Description description) {
      return new Version(description.name(), description.version());
    }
  }

  Installation(
      Copies copies,
      FunctionFolders folders,
      Worker worker,
      RuntimeClient runtime,
      ArtefactClient artefacts,
      IndexClient index) {
    this.copies = copies;
    this.folders = folders;
    this.worker = worker;
    this.runtime = runtime;
    this.artefacts = artefacts;
    this.index = index;
  }

  /**
   * Has a version run on this node, in place of any other. When the verdict is not CURRENT, or when
   * it fails, all is as before; the staging folder is gone in any case.
   *
   * @param before what the operation found here; when that has changed, the operation is void
   * @param staged holds the version's files
   * @param announce tells the index
   */
  CompletionStage<Standing> install(
      Description description,
      @Nullable Copy before,
      Path staged,
      Deadline deadline,
      Function<Description, CompletionStage<Standing>> announce) {
    return left(description)
        .thenCompose(gone -> place(description, staged))
        .thenCompose(
            fresh ->
                runtime
                    .prepare(fresh, deadline)
                    .thenCompose(ready -> commit(fresh))
                    .thenCompose(kept -> goLive(fresh, replacedBy(fresh, before), announce))
                    .handle((standing, error) -> undoneUnlessLive(fresh, standing, error))
                    .thenCompose(Function.identity()))
        .handle((standing, error) -> removed(staged, standing, error))
        .thenCompose(Function.identity());
  }

  /** Has the copy that lies here run again. When the verdict is not CURRENT it does not run. */
  CompletionStage<Standing> start(
      Copy copy, Deadline deadline, Function<Description, CompletionStage<Standing>> announce) {
    return runtime
        .prepare(copy, deadline)
        .thenCompose(runtime::activate)
        .thenCompose(active -> announce.apply(copy.description()))
        .thenCompose(
            standing -> {
              if (standing.verdict() == Verdict.CURRENT && copy.equals(copies.of(copy.name()))) {
                copies.put(copy.running(true));
                return CompletableFuture.completedStage(standing);
              }
              if (standing.verdict() == Verdict.CURRENT) {
                index.withdraw(copy.name(), false); // it was discarded meanwhile
              }
              return runtime.retire(copy).handle((done, error) -> standing);
            });
  }

  /** Whether the copy's files are what its description says. */
  CompletionStage<Boolean> isIntact(Copy copy) {
    return worker.call(() -> folders.isIntact(copy));
  }

  /**
   * Takes the copy off this node. Completes once neither the index nor the next start knows it; its
   * calls end and its files go after that.
   *
   * @param deleteWhenLast the last provider's withdrawal deletes the function
   */
  CompletionStage<Copy> drop(Copy copy, boolean deleteWhenLast) {
    return index
        .withdraw(copy.name(), deleteWhenLast)
        .thenCompose(
            withdrawn -> {
              if (copy.equals(copies.of(copy.name()))) {
                copies.remove(copy.name());
              }
              return leave(copy);
            });
  }

  /**
   * Provides the copy no longer, but keeps it. Completes once neither the index nor the next start
   * has it run; its calls end after that.
   */
  CompletionStage<Copy> rest(Copy copy) {
    return worker
        .call(
            () -> {
              folders.rest(copy);
              return copy;
            })
        .thenCompose(
            marked ->
                index
                    .withdraw(copy.name(), false)
                    .thenApply(withdrawn -> rested(copy))
                    .exceptionallyCompose(error -> awake(copy, error)));
  }

  /** Provides the copy no longer, and keeps it ready to be started again. */
  CompletionStage<Copy> suspend(Copy copy) {
    return index
        .withdraw(copy.name(), false)
        .thenApply(
            withdrawn -> {
              if (copy.equals(copies.of(copy.name()))) {
                copies.put(copy.running(false));
              }
              return copy;
            });
  }

  /** Has a copy that rests run again. When the verdict is not CURRENT it rests on. */
  CompletionStage<Standing> wake(
      Copy copy, Deadline deadline, Function<Description, CompletionStage<Standing>> announce) {
    return left(copy.description())
        .thenCompose(gone -> start(copy, deadline, announce))
        .thenCompose(
            standing ->
                worker.call(
                    () -> {
                      if (standing.verdict() == Verdict.CURRENT) {
                        folders.wake(copy);
                      }
                      return standing;
                    }));
  }

  private Copy rested(Copy copy) {
    if (copy.equals(copies.of(copy.name()))) {
      copies.put(copy.atRest());
    }
    Version version = Version.of(copy.description());
    CompletionStage<?> gone = drained(copy, CompletableFuture.completedStage(copy));
    leaving.put(version, gone);
    gone.whenComplete((done, error) -> leaving.remove(version, gone));
    return copy;
  }

  private CompletionStage<Copy> awake(Copy copy, Throwable error) {
    return worker
        .call(
            () -> {
              folders.wake(copy);
              return copy;
            })
        .thenCompose(woken -> CompletableFuture.failedStage(Refusal.unwrapped(error)));
  }

  /** Takes a version that no longer counts off the disk and out of the invoker. */
  private CompletionStage<Copy> leave(Copy copy) {
    Version version = Version.of(copy.description());
    CompletionStage<Copy> uncommitted =
        worker.call(
            () -> {
              folders.uncommit(copy);
              return copy;
            });
    CompletionStage<?> gone = drained(copy, uncommitted).thenCompose(drained -> erased(copy));
    leaving.put(version, gone);
    gone.whenComplete((done, error) -> leaving.remove(version, gone));
    return uncommitted;
  }

  /** Completes, never exceptionally, once the invoker has let go of it. */
  private CompletionStage<Copy> drained(Copy copy, CompletionStage<Copy> after) {
    return after
        .thenCompose(done -> runtime.retire(copy))
        .handle(
            (done, error) -> {
              if (error != null) {
                LOG.warn(
                    "{} {} may not have drained: {}",
                    copy.name(),
                    copy.version(),
                    Refusal.problem(error));
              }
              return copy;
            });
  }

  private CompletionStage<Copy> erased(Copy copy) {
    artefacts.unshare(copy);
    return worker
        .call(
            () -> {
              folders.remove(copy.folder());
              return copy;
            })
        .exceptionally(
            error -> {
              LOG.warn("{} goes at the next start only", copy.folder(), error);
              return copy;
            });
  }

  /** The same version may still be on its way out. */
  private CompletionStage<?> left(Description description) {
    CompletionStage<?> gone = leaving.get(Version.of(description));
    return gone == null ? CompletableFuture.completedStage(null) : gone;
  }

  private CompletionStage<Copy> place(Description description, Path staged) {
    Copy here = copies.of(description.name());
    if (here != null && here.version().equals(description.version())) {
      copies.remove(description.name()); // its folder is about to be replaced
    }
    return worker.call(() -> new Copy(description, folders.place(staged, description), false));
  }

  private static @Nullable Copy replacedBy(Copy fresh, @Nullable Copy before) {
    return before != null && before.folder().equals(fresh.folder()) ? null : before;
  }

  private CompletionStage<Copy> commit(Copy copy) {
    return worker.call(
        () -> {
          folders.commit(copy);
          return copy;
        });
  }

  private CompletionStage<Standing> goLive(
      Copy fresh,
      @Nullable Copy before,
      Function<Description, CompletionStage<Standing>> announce) {
    if (!Objects.equals(copies.of(fresh.name()), before)) {
      throw new Refusal(
          Cause.CHANGED_MEANWHILE, fresh.name().shortest() + " was changed on this node meanwhile");
    }
    copies.put(fresh); // so that those who hear of it can fetch it
    boolean switches = before != null && before.running();
    // Nobody calls a new function before it is announced, and nobody may after that in vain. A
    // version that runs already goes on until the new one stands.
    CompletionStage<Standing> announced =
        switches
            ? announce.apply(fresh.description())
            : runtime.activate(fresh).thenCompose(active -> announce.apply(fresh.description()));
    return announced
        .handle(
            (standing, error) ->
                error == null && standing.verdict() == Verdict.CURRENT
                    ? switchOver(fresh, before, switches, standing)
                    : restore(fresh, before, standing, error))
        .thenCompose(Function.identity());
  }

  private CompletionStage<Standing> switchOver(
      Copy fresh, @Nullable Copy before, boolean activate, Standing standing) {
    CompletionStage<Copy> active =
        activate ? runtime.activate(fresh) : CompletableFuture.completedStage(fresh);
    return active
        .whenComplete(
            (done, error) -> {
              // Announced, so it is this node's version even if the invoker is silent.
              copies.put(fresh.running(error == null));
              if (before != null) {
                leave(before);
              }
            })
        .thenApply(done -> standing);
  }

  private CompletionStage<Standing> restore(
      Copy fresh, @Nullable Copy before, @Nullable Standing standing, @Nullable Throwable error) {
    copies.remove(fresh.name());
    if (before != null) {
      copies.put(before);
    } else if (error != null) {
      // The index did not answer; it may have heard all the same.
      index.withdraw(fresh.name(), false);
    }
    return ended(standing, error);
  }

  private CompletionStage<Standing> undoneUnlessLive(
      Copy fresh, @Nullable Standing standing, @Nullable Throwable error) {
    Copy now = copies.of(fresh.name());
    if (now != null && now.folder().equals(fresh.folder())) {
      return ended(standing, error);
    }
    return runtime
        .retire(fresh)
        .handle((done, silent) -> erased(fresh))
        .thenCompose(Function.identity())
        .thenCompose(gone -> ended(standing, error));
  }

  private CompletionStage<Standing> removed(
      Path staged, @Nullable Standing standing, @Nullable Throwable error) {
    return worker
        .call(
            () -> {
              folders.remove(staged);
              return staged;
            })
        .thenCompose(gone -> ended(standing, error));
  }

  private static CompletionStage<Standing> ended(
      @Nullable Standing standing, @Nullable Throwable error) {
    return error == null && standing != null
        ? CompletableFuture.completedStage(standing)
        : CompletableFuture.failedStage(
            error == null ? new IllegalStateException("no answer") : Refusal.unwrapped(error));
  }
}
