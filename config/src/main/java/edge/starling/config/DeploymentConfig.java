package edge.starling.config;

import java.time.Duration;

/**
 * Taking functions in.
 *
 * @param maxArtefact the largest handler or requirements file
 * @param takeOverTimeout a provider that has not switched to a new version by then is withdrawn
 */
public record DeploymentConfig(
    @Default("64MiB") ByteSize maxArtefact, @Default("60s") Duration takeOverTimeout) {
  public DeploymentConfig {
    Check.that(
        maxArtefact.bytes() > 0 && maxArtefact.bytes() <= 1L << 30,
        "deployment.max-artefact",
        maxArtefact,
        "between 1 and 1GiB");
    Check.positive("deployment.take-over-timeout", takeOverTimeout);
  }
}
