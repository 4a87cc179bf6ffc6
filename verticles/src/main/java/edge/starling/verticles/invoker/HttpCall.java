package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Request;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.UpstreamClient.Answer;
import edge.starling.verticles.invoker.UpstreamClient.Message;
import java.util.List;
import java.util.Objects;

/** A call of a function that serves HTTP: as it is, both ways. Confined to the event loop. */
final class HttpCall implements WorkerCall {
  private final Message message;
  private final UpstreamAnswer answer;

  /**
   * @param body takes the answer's
   */
  HttpCall(Request request, BoundedOutput body) {
    String query = request.query();
    this.message =
        new Message(
            request.method(),
            query == null ? request.path() : request.path() + "?" + query,
            request.headers(),
            List.of(Objects.requireNonNull(request.body().bytes(), "a body at hand").array()));
    this.answer = new UpstreamAnswer(body, request.method().equals("HEAD"));
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public Answer answer() {
    return answer;
  }

  @Override
  public Ending ending() {
    return new Answered(answer.response());
  }
}
