package edge.starling.deployments;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import edge.starling.codecs.messages.BusMessage;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** The rooms of the project, and who may go where. */
@AnalyzeClasses(packages = "edge.starling", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule messages_are_records =
      classes().that().implement(BusMessage.class).and().areNotInterfaces().should().beRecords();

  @ArchTest
  static final ArchRule only_codecs_touch_the_event_bus =
      noClasses()
          .that()
          .resideOutsideOfPackage("edge.starling.codecs..")
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are the event bus's own",
                  type ->
                      type.getPackageName().equals("io.vertx.core.eventbus")
                          && !type.getSimpleName().equals("EventBusOptions")));

  @ArchTest
  static final ArchRule only_io_classes_know_vertx =
      noClasses().that(areLogic()).should().dependOnClassesThat().resideInAPackage("io.vertx..");

  @ArchTest
  static final ArchRule only_the_index_and_the_node_know_hazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackages("edge.starling.verticles.index..", "edge.starling.deployments..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.hazelcast..");

  @ArchTest
  static final ArchRule verticles_meet_in_the_messages_only =
      SlicesRuleDefinition.slices()
          .matching("edge.starling.verticles.(*)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule rooms_are_free_of_cycles =
      SlicesRuleDefinition.slices().matching("edge.starling.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothing_blocks_a_verticle =
      noClasses()
          .that()
          .resideInAnyPackage("edge.starling.verticles..", "edge.starling.codecs..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Future.class, "await")
          .orShould()
          .callMethod(Future.class, "await", long.class, TimeUnit.class);

  /**
   * Plain Java: everything but verticles, clients and stores. In the ingress, whose trade is HTTP,
   * handlers and what answers for them know it too.
   */
  private static DescribedPredicate<JavaClass> areLogic() {
    return DescribedPredicate.describe(
        "are logic",
        type -> {
          String name = outermost(type).getSimpleName();
          return type.getPackageName().startsWith("edge.starling.verticles")
              && !type.getPackageName().endsWith(".ingress")
              && !name.endsWith("Verticle")
              && !name.endsWith("Client")
              && !name.endsWith("Store");
        });
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }
}
