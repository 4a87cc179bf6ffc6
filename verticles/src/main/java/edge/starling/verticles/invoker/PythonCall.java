package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.UpstreamClient.Answer;
import edge.starling.verticles.invoker.UpstreamClient.Message;
import java.util.List;
import java.util.Objects;

/**
 * A call of a Python handler: {@link CallFrame} there, {@link AnswerFrame} back. Confined to the
 * event loop.
 */
final class PythonCall implements WorkerCall {
  private final Message message;
  private final AnswerFrame answer;

  PythonCall(InvocationId id, Request request, AnswerFrame answer) {
    byte[] body = Objects.requireNonNull(request.body().bytes(), "a body at hand").array();
    this.message =
        new Message("POST", "/", Headers.NONE, List.of(CallFrame.before(id, request), body));
    this.answer = answer;
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
    return answer.ending();
  }
}
