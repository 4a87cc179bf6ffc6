package edge.starling.verticles.invoker;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.config.ImagesConfig;
import edge.starling.config.InvalidConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes images of Python functions without a container engine, and pushes them. An image is called
 * after its content, so whichever node makes it, the others find it in the registry. Thread-safe;
 * it blocks.
 */
final class ImageBuilder {
  private static final Duration ASKING = Duration.ofSeconds(15);
  private static final Duration PUSHING = Duration.ofMinutes(10);

  private final ImagesConfig config;
  private final PythonEnvironment environments;
  private final Path cache;
  private final Duration asking;
  private final Duration pushing;

  /**
   * @param environments what installs requirements
   * @param cache a folder of its own, where the layers of base images stay
   */
  ImageBuilder(ImagesConfig config, PythonEnvironment environments, Path cache) {
    this(config, environments, cache, ASKING, PUSHING);
  }

  /**
   * @param asking how long the registry may take to say whether it has an image
   * @param pushing how long it may take to pull the base image and push the new one
   */
  ImageBuilder(
      ImagesConfig config,
      PythonEnvironment environments,
      Path cache,
      Duration asking,
      Duration pushing) {
    this.config = config;
    this.environments = environments;
    this.cache = cache;
    this.asking = asking;
    this.pushing = pushing;
  }

  /**
   * Sees to it that the registry has the image of a function. Ends early when its thread is
   * interrupted; leaves nothing in the folder.
   *
   * @param description of a Python handler
   * @param folder where its artefacts lie under their file names
   * @param log told what happens, and what the tools say
   * @return the image's whole name, {@code REGISTRY/NAME:TAG@sha256:HEX}
   * @throws Unfit with what is wrong, and the setting that it hangs on
   * @throws UncheckedIOException where the node's own disk fails
   */
  String build(Description description, Path folder, FunctionLog log) {
    if (!config.isOn()) {
      throw new Unfit(
          Obstacle.SWITCHED_OFF,
          "code has to become an image for the OpenFaaS gateway, and there is no registry for it:"
              + " runtimes.openfaas.images.registry is empty");
    }
    try {
      FunctionImage image = new FunctionImage(description, config.base());
      String name = config.registry() + "/" + description.name().shortest() + ":" + image.tag();
      ImageReference reference = parse(name, "registry");
      ImageRegistry registry = new ImageRegistry(config, reference.getRegistry());
      Optional<String> digest = ask(registry, reference);
      if (digest.isPresent()) {
        log.event("the registry has " + name);
        return name + "@" + digest.get();
      }
      String pushed = make(image, registry, reference, description, folder, log);
      log.event("pushed " + name);
      return name + "@" + pushed;
    } catch (InvalidConfig e) {
      throw new Unfit(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> ask(ImageRegistry registry, ImageReference name) {
    try (TimedWork work = new TimedWork()) {
      return timed(
          work,
          asking,
          "the registry " + config.registry() + " (runtimes.openfaas.images.registry)",
          () -> registry.digest(name));
    }
  }

  private String make(
      FunctionImage image,
      ImageRegistry registry,
      ImageReference name,
      Description description,
      Path folder,
      FunctionLog log)
      throws IOException {
    ImageReference base = parse(config.base(), "base");
    Path own = Files.createDirectories(folder.resolve(ProcessRuntime.OWN_FOLDER));
    Path staging = Files.createTempDirectory(own, "image-").toAbsolutePath();
    try {
      Path packages = install(description.requirements(), folder, staging, log);
      JibContainerBuilder content =
          image.on(
              registry.image(base),
              folder,
              packages,
              Files.createDirectory(staging.resolve("programs")));
      log.event("builds " + name + " on " + config.base());
      return push(content, registry, name, staging, log);
    } finally {
      Folders.remove(staging);
    }
  }

  private @Nullable Path install(
      @Nullable Artefact requirements, Path folder, Path staging, FunctionLog log)
      throws IOException {
    if (requirements == null) {
      return null;
    }
    log.event("installs " + requirements.fileName());
    Path packages = Files.createDirectory(staging.resolve("packages"));
    environments.install(folder, staging.resolve("venv"), requirements, packages, log);
    try (Stream<Path> files = Files.walk(packages)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".so"))
          .findFirst()
          .ifPresent(
              file ->
                  log.event(
                      "the requirements have native code (" + file + "): the base has to fit it"));
    }
    return packages;
  }

  private String push(
      JibContainerBuilder content,
      ImageRegistry registry,
      ImageReference name,
      Path staging,
      FunctionLog log) {
    try (TimedWork work = new TimedWork()) {
      Containerizer target =
          Containerizer.to(registry.image(name))
              .setExecutorService(work.threads())
              .setBaseImageLayersCache(cache)
              .setApplicationLayersCache(staging.resolve("layers"))
              .setAllowInsecureRegistries(config.insecure())
              .setToolName("starling");
      new PushProgress(log::event).listenTo(target);
      return timed(
              work,
              pushing,
              "no image can be pushed to "
                  + config.registry()
                  + " on "
                  + config.base()
                  + " (runtimes.openfaas.images.base)",
              () -> content.containerize(target))
          .getDigest()
          .toString();
    }
  }

  /**
   * @param what begins the sentence that tells what is wrong
   */
  private static <T> T timed(TimedWork work, Duration limit, String what, Callable<T> task) {
    try {
      return work.within(limit, task);
    } catch (TimeoutException e) {
      throw new Unfit(
          Obstacle.RUNTIME_DOWN, what + ": no answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unfit(what + ": interrupted");
    } catch (ExecutionException e) {
      throw RegistryProblem.unfit(what, e);
    }
  }

  private static ImageReference parse(String name, String setting) {
    try {
      return ImageReference.parse(name);
    } catch (InvalidImageReferenceException e) {
      throw new Unfit("runtimes.openfaas.images." + setting + ": no image can be called " + name);
    }
  }
}
