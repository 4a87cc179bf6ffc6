package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes functions in from this node's clients: works out what is asked against what there is, and
 * makes this node the provider. A handler that is sent replaces handler and requirements; settings
 * that are not named stay. Confined to one event loop; to be called in the function's turn.
 */
final class Intake {
  private final NodeId self;
  private final long mostBytes;
  private final Clock clock;
  private final Copies copies;
  private final FunctionFolders folders;
  private final Worker worker;
  private final IndexClient index;
  private final ArtefactClient artefacts;
  private final Installation installation;

  /**
   * This node is a provider now.
   *
   * @param changed the version is new to a function that was there before
   */
  record TakenIn(
      Description description, List<NodeId> providers, boolean created, boolean changed) {}

  Intake(
      NodeId self,
      long mostBytes,
      Clock clock,
      Copies copies,
      FunctionFolders folders,
      Worker worker,
      IndexClient index,
      ArtefactClient artefacts,
      Installation installation) {
    this.self = self;
    this.mostBytes = mostBytes;
    this.clock = clock;
    this.copies = copies;
    this.folders = folders;
    this.worker = worker;
    this.index = index;
    this.artefacts = artefacts;
    this.installation = installation;
  }

  /** Ends with a {@link Refusal} where nothing is to be changed, and leaves nothing behind then. */
  CompletionStage<TakenIn> take(Deploy request, FunctionName name, Deadline deadline) {
    checkFiles(request);
    return index
        .lookupFirst(name)
        .thenCompose(
            entry -> {
              Present present = Present.of(entry, copies.of(name));
              checkName(request.mode(), name, present, request.handler() != null);
              Upload handler = request.handler();
              Operation operation =
                  new Operation(request.mode(), name, request.choices(), present, deadline);
              return handler == null
                  ? operation.takeFromProviders()
                  : operation.takeFromClient(handler, request.requirements());
            });
  }

  /** As the other; the files come from this node or from others. */
  CompletionStage<TakenIn> take(Place request, Deadline deadline) {
    FunctionName name = request.name();
    return index
        .lookupFirst(name)
        .thenCompose(
            entry -> {
              Present present = Present.of(entry, copies.of(name));
              Description like = request.like();
              checkName(request.mode(), name, present, like != null);
              Operation operation =
                  new Operation(request.mode(), name, request.choices(), present, deadline);
              return like == null ? operation.takeFromProviders() : operation.takeFrom(like);
            });
  }

  /** As the other; the function is an image. */
  CompletionStage<TakenIn> take(DeployImage request, Deadline deadline) {
    FunctionName name = request.name();
    OpenFaas said = request.choices().openFaas();
    String image = said == null ? null : said.image();
    if (image == null || image.isBlank()) {
      throw new Refusal(Cause.INVALID, "image: is missing");
    }
    return index
        .lookupFirst(name)
        .thenCompose(
            entry -> {
              Present present = Present.of(entry, copies.of(name));
              checkName(request.mode(), name, present, true);
              return new Operation(request.mode(), name, request.choices(), present, deadline)
                  .takeImage(image, request.adopted() ? Form.ADOPTED : Form.IMAGE);
            });
  }

  private static void checkFiles(Deploy request) {
    if (request.handler() == null && request.mode() == Mode.CREATE) {
      throw new Refusal(Cause.INVALID, "handler: is missing");
    }
    if (request.handler() == null && request.requirements() != null) {
      throw new Refusal(
          Cause.INVALID, "requirements: they come with their handler, and none was sent");
    }
  }

  private static void checkName(
      Mode mode, FunctionName name, Present present, boolean bringsFiles) {
    if (present.live() != null && mode == Mode.CREATE) {
      throw new Refusal(Cause.TAKEN, "there is a function " + name.shortest() + " already");
    }
    if (present.live() == null && !bringsFiles) {
      throw new Refusal(Cause.UNKNOWN, "there is no function " + name.shortest());
    }
  }

  /** One deployment, once it is known what there is. */
  private final class Operation {
    private final Mode mode;
    private final FunctionName name;
    private final Choices choices;
    private final Present present;
    private final @Nullable Copy before;
    private final Deadline deadline;

    Operation(Mode mode, FunctionName name, Choices choices, Present present, Deadline deadline) {
      this.mode = mode;
      this.name = name;
      this.choices = choices;
      this.present = present;
      this.before = copies.of(name);
      this.deadline = deadline;
    }

    CompletionStage<TakenIn> takeFromClient(Upload handler, @Nullable Upload requirements) {
      return take(worker.call(() -> folders.stage(handler, requirements, mostBytes)));
    }

    CompletionStage<TakenIn> takeImage(String image, Form form) {
      return take(worker.call(() -> folders.stage(image, form)));
    }

    private CompletionStage<TakenIn> take(CompletionStage<Staged> staging) {
      return staging.thenCompose(
          staged ->
              takeStaged(staged)
                  .handle((taken, error) -> removed(staged.folder(), taken, error))
                  .thenCompose(Function.identity()));
    }

    CompletionStage<TakenIn> takeFromProviders() {
      return takeFrom(Objects.requireNonNull(present.live()));
    }

    /** The files of that function, whoever has them. */
    CompletionStage<TakenIn> takeFrom(Description like) {
      try {
        Description wanted =
            described(
                new Staged(Path.of(""), like.form(), like.handler(), like.requirements()),
                settings(like.form()));
        return take(
            wanted,
            () ->
                index
                    .holders(like.name())
                    .thenCompose(holders -> artefacts.gather(wanted, holders, deadline)));
      } catch (Refusal refusal) {
        return CompletableFuture.failedStage(refusal);
      }
    }

    private Settings settings(Form form) {
      Description live = present.live();
      return ChosenSettings.of(choices, live == null ? null : live.settings(), form);
    }

    private CompletionStage<TakenIn> takeStaged(Staged staged) {
      try {
        if (staged.requirements() != null && staged.form() != Form.PYTHON) {
          throw new Refusal(Cause.INVALID, "requirements: only Python handlers have them");
        }
        return take(
            described(staged, settingsOf(staged.form())),
            () -> CompletableFuture.completedStage(staged.folder()));
      } catch (Refusal refusal) {
        return CompletableFuture.failedStage(refusal);
      }
    }

    /** Code that was sent is not what a client of OpenFaaS once named. */
    private Settings settingsOf(Form form) {
      Settings settings = settings(form);
      OpenFaas said = settings.openFaas();
      return said == null || form == Form.IMAGE || form == Form.ADOPTED
          ? settings
          : new Settings(
              settings.runtime(),
              settings.memoryMiB(),
              settings.timeout(),
              settings.env(),
              settings.labels(),
              settings.capacity(),
              settings.policy(),
              said.withoutImage());
    }

    private Description described(Staged staged, Settings settings) {
      String hash =
          ContentHash.of(staged.form(), staged.handler(), staged.requirements(), settings);
      return new Description(
          name,
          present.next(hash),
          staged.form(),
          settings,
          staged.handler(),
          staged.requirements(),
          // As precise as it is when it comes back from the disk or another node.
          clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private CompletionStage<TakenIn> take(
        Description wanted, Supplier<CompletionStage<Path>> files) {
      Description live = present.live();
      return live != null && ContentHash.of(live).equals(wanted.version().hash())
          ? join(live, files)
          : renew(wanted, files);
    }

    /** The content is the function's present one: be one more provider of it. */
    private CompletionStage<TakenIn> join(Description live, Supplier<CompletionStage<Path>> files) {
      if (before != null && before.running() && before.version().equals(live.version())) {
        return present.providers().contains(self)
            ? CompletableFuture.completedStage(new TakenIn(live, present.providers(), false, false))
            : index.announce(live).thenApply(standing -> accepted(standing, false, false));
      }
      return awaken(live)
          .thenCompose(
              woken ->
                  woken
                      .map(CompletableFuture::completedStage)
                      .orElseGet(() -> fetched(live, files)))
          .thenApply(standing -> accepted(standing, true, false));
    }

    private CompletionStage<Standing> fetched(
        Description live, Supplier<CompletionStage<Path>> files) {
      return files
          .get()
          .thenCompose(
              staged -> installation.install(live, before, staged, deadline, index::announce));
    }

    /** Nothing where no sound copy of it rests here. */
    private CompletionStage<Optional<Standing>> awaken(Description live) {
      Copy resting = before;
      if (resting == null || !resting.resting() || !resting.version().equals(live.version())) {
        return CompletableFuture.completedStage(Optional.empty());
      }
      return installation
          .isIntact(resting)
          .thenCompose(
              intact ->
                  intact
                      ? installation
                          .wake(resting, deadline, index::announce)
                          .thenApply(Optional::of)
                      : CompletableFuture.completedStage(Optional.empty()));
    }

    private CompletionStage<TakenIn> renew(
        Description wanted, Supplier<CompletionStage<Path>> files) {
      boolean update = present.live() != null;
      return files
          .get()
          .thenCompose(
              staged ->
                  installation.install(
                      wanted,
                      before,
                      staged,
                      deadline,
                      description -> index.publish(description, present.indexed())))
          .thenApply(standing -> accepted(standing, !update, update));
    }

    private TakenIn accepted(Standing standing, boolean created, boolean changed) {
      if (standing.verdict() == Verdict.CURRENT) {
        return new TakenIn(
            standing.newest().description(), standing.newest().providers(), created, changed);
      }
      if (mode == Mode.CREATE && standing.verdict() == Verdict.OUTDATED) {
        throw new Refusal(Cause.TAKEN, "somebody else made " + name.shortest() + " meanwhile");
      }
      throw new Refusal(
          Cause.CHANGED_MEANWHILE,
          "somebody else changed " + name.shortest() + " meanwhile; look, and try again");
    }

    private CompletionStage<TakenIn> removed(
        Path staged, @Nullable TakenIn taken, @Nullable Throwable error) {
      return worker
          .call(
              () -> {
                folders.remove(staged);
                return staged;
              })
          .thenCompose(
              gone ->
                  taken != null
                      ? CompletableFuture.completedStage(taken)
                      : CompletableFuture.failedStage(
                          Refusal.unwrapped(Objects.requireNonNull(error))));
    }
  }
}
