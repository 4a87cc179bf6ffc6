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
    Check.between("deployment.max-artefact", maxArtefact, new ByteSize(1), new ByteSize(1L << 30));
    Check.between("deployment.take-over-timeout", takeOverTimeout, Check.TICK, Check.DAY);
  }
}
