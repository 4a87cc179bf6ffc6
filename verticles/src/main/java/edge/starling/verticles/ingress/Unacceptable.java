package edge.starling.verticles.ingress;

/** A request that is answered with a problem without being served. */
final class Unacceptable extends RuntimeException {
  private final transient Problem problem;

  Unacceptable(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** A malformed request; {@code detail} says which field, and what is allowed. */
  static Unacceptable malformed(String detail) {
    return new Unacceptable(Problem.malformed(detail));
  }

  Problem problem() {
    return problem;
  }
}
