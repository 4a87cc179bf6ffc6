package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LIST_FUNCTIONS;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The functions of the cluster, page by page, so that not all of them are asked about at once. */
final class FunctionList {
  private static final int PAGE = 200;

  private final Bus bus;

  FunctionList(Bus bus) {
    this.bus = bus;
  }

  /** What becomes of each that is wanted, in the order of the names. */
  <T> Future<List<T>> all(Predicate<Entry> wanted, Function<Entry, Future<T>> view) {
    return all(wanted, view, null, new ArrayList<>());
  }

  /** The first that is wanted. */
  Future<Optional<Entry>> first(Predicate<Entry> wanted) {
    return first(wanted, null);
  }

  private <T> Future<List<T>> all(
      Predicate<Entry> wanted,
      Function<Entry, Future<T>> view,
      @Nullable FunctionName after,
      List<T> done) {
    return page(after)
        .compose(
            page -> {
              List<Future<T>> views = page.entries().stream().filter(wanted).map(view).toList();
              return Future.all(views)
                  .compose(
                      all -> {
                        views.forEach(one -> done.add(one.result()));
                        FunctionName last = last(page);
                        return last == null
                            ? Future.succeededFuture(done)
                            : all(wanted, view, last, done);
                      });
            });
  }

  private Future<Optional<Entry>> first(Predicate<Entry> wanted, @Nullable FunctionName after) {
    return page(after)
        .compose(
            page -> {
              Optional<Entry> found = page.entries().stream().filter(wanted).findFirst();
              FunctionName last = last(page);
              return found.isPresent() || last == null
                  ? Future.succeededFuture(found)
                  : first(wanted, last);
            });
  }

  private Future<FunctionPage> page(@Nullable FunctionName after) {
    return bus.request(LIST_FUNCTIONS, new ListFunctions("", after, PAGE));
  }

  /** Null on the last page. */
  private static @Nullable FunctionName last(FunctionPage page) {
    int size = page.entries().size();
    return page.more() && size > 0 ? page.entries().get(size - 1).description().name() : null;
  }
}
