package dev.belay.jobs.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;
import java.time.Clock;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Who may know whom, and what may not be in a core. Each rule names what it forbids and why; to
 * bend one, change it here, where it is seen.
 */
@AnalyzeClasses(packages = "dev.belay", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] CORES = {"dev.belay.coordinator.core..", "dev.belay.worker.core.."};

  private ArchitectureTest() {}

  // ---- the arrows between modules

  @ArchTest static final ArchRule RUNTIME_KNOWS_NO_OTHER_MODULE = module("runtime", "runtime");

  @ArchTest
  static final ArchRule STORAGE_KNOWS_THE_RUNTIME_ALONE = module("storage", "storage", "runtime");

  @ArchTest
  static final ArchRule THE_COORDINATOR_KNOWS_THE_RUNTIME_ALONE =
      module("coordinator", "coordinator", "runtime");

  @ArchTest
  static final ArchRule A_WORKER_KNOWS_THE_RUNTIME_AND_STORAGE =
      module("worker", "worker", "runtime", "storage");

  private static ArchRule module(String name, String... mayKnow) {
    String[] packages = new String[mayKnow.length];
    for (int i = 0; i < mayKnow.length; i++) {
      packages[i] = "dev.belay." + mayKnow[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage("dev.belay." + name + "..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.belay..").and(not(resideInAnyPackage(packages))))
        .because("a module knows only those below it; worker and coordinator share the wire alone");
  }

  // ---- the job API suffices

  /** Logging is allowed to any job: what it says goes to its worker's log. */
  @ArchTest
  static final ArchRule READY_MADE_JOBS_USE_THE_JOB_API_ALONE =
      classes()
          .that()
          .resideInAPackage("dev.belay.jobs.ready..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.belay.jobs.ready..",
              "dev.belay.runtime.job..",
              "java..",
              "org.jspecify.annotations..",
              "org.slf4j..")
          .because("what they need and the job API lacks, every user's job lacks");

  // ---- what may be in a core: values and decisions

  @ArchTest
  static final ArchRule A_CORE_KNOWS_THE_SHARED_LANGUAGE_ALONE =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat(
              not(
                  resideInAnyPackage(
                      "dev.belay.coordinator.core..",
                      "dev.belay.worker.core..",
                      "dev.belay.runtime..",
                      "com.google.protobuf..",
                      "org.jspecify.annotations..",
                      "java.lang..",
                      "java.util..",
                      "java.nio.charset..",
                      "java.time..")))
          .because("a core has no logger, no network and no disk: the loop around it has");

  @ArchTest
  static final ArchRule A_CORE_DOES_NO_IO =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..")
                  .and(not(assignableTo(Exception.class)))
                  .and(not(isSerializable())))
          .because("what a core wants done is an effect");

  private static DescribedPredicate<JavaClass> isSerializable() {
    return DescribedPredicate.describe(
        "the marker of records and lambdas", type -> type.isEquivalentTo(Serializable.class));
  }

  @ArchTest
  static final ArchRule A_CORE_READS_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .accessTargetWhere(
              uses(
                  "reads a clock",
                  call ->
                      isOneOf(call, System.class, "currentTimeMillis", "nanoTime")
                          || (call.getTargetOwner().getPackageName().startsWith("java.time")
                              && call.getName().equals("now"))
                          || (isOf(call, Date.class))
                          || (isOf(call, Calendar.class))))
          .orShould()
          .dependOnClassesThat(assignableTo(Clock.class))
          .orShould()
          .dependOnClassesThat(assignableTo(Date.class))
          .because("time is received, not read: a replay reads another");

  @ArchTest
  static final ArchRule A_CORE_DRAWS_NOTHING_AT_RANDOM =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat(assignableTo(RandomGenerator.class))
          .orShould()
          .accessTargetWhere(
              uses(
                  "draws",
                  call ->
                      isOneOf(call, Math.class, "random")
                          || isOneOf(call, UUID.class, "randomUUID")
                          || isOneOf(call, Collections.class, "shuffle")))
          .because("the same inputs make the same decisions");

  @ArchTest
  static final ArchRule A_CORE_HAS_NO_IDENTITY_HASHES =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .accessTargetWhere(
              uses("asks for an address", call -> isOneOf(call, System.class, "identityHashCode")))
          .orShould()
          .dependOnClassesThat(assignableTo(IdentityHashMap.class))
          .orShould()
          .dependOnClassesThat(assignableTo(WeakHashMap.class))
          .because("they differ from one process to the next");

  @ArchTest
  static final ArchRule A_CORE_HAS_NO_THREADS =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat(assignableTo(Thread.class))
          .orShould()
          .dependOnClassesThat(assignableTo(Executor.class))
          .orShould()
          .dependOnClassesThat(resideInAPackage("java.util.concurrent.."))
          .orShould()
          .dependOnClassesThat(assignableTo(Timer.class))
          .because("a core belongs to the one thread of its loop, and never waits");

  @ArchTest
  static final ArchRule A_CORE_READS_NO_SETTINGS_OF_THE_PROCESS =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .accessTargetWhere(
              uses(
                  "reads the environment",
                  call ->
                      (isOf(call, System.class)
                              && (call.getName().startsWith("getProperty")
                                  || call.getName().equals("getenv")))
                          || isOf(call, Runtime.class)))
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("settings are handed in, words go out as effects");

  private static DescribedPredicate<JavaAccess<?>> uses(
      String description, Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }

  private static boolean isOf(JavaAccess<?> call, Class<?> owner) {
    return call.getTargetOwner().isEquivalentTo(owner);
  }

  /**
   * Not even to look things up: whether a map is walked cannot be seen here, and linked ones cost
   * little. The JDK's immutable sets and maps are salted anew in each process; empty ones and those
   * of one are harmless.
   */
  @ArchTest
  static final ArchRule A_CORE_HAS_NOTHING_IN_THE_ORDER_OF_HASHES =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .accessTargetWhere(
              uses(
                  "makes a hash map or set",
                  call ->
                      (isOf(call, HashMap.class) || isOf(call, HashSet.class))
                          && call.getName().equals("<init>")))
          .orShould()
          .accessTargetWhere(
              uses(
                  "makes a set or map without an order",
                  call ->
                      isOneOf(call, Set.class, "copyOf")
                          || isOneOf(call, Map.class, "copyOf", "ofEntries")
                          || (isOneOf(call, Set.class, "of") && parameters(call) > 0)
                          || (isOneOf(call, Map.class, "of") && parameters(call) > 2)
                          || isOneOf(call, Collectors.class, "toSet", "toMap", "groupingBy")))
          .because("their order differs from one process to the next: take a linked one or a tree");

  private static int parameters(JavaAccess<?> call) {
    return call.getTarget() instanceof CodeUnitAccessTarget target
        ? target.getRawParameterTypes().size()
        : 0;
  }

  private static boolean isOneOf(JavaAccess<?> call, Class<?> owner, String... names) {
    return isOf(call, owner) && List.of(names).contains(call.getName());
  }

  /** That there is something to look at: a wrong package name would make every rule pass. */
  @ArchTest
  static void allModulesAreLookedAt(JavaClasses all) {
    for (String module : new String[] {"runtime", "storage", "coordinator", "worker", "jobs"}) {
      if (all.stream().noneMatch(resideInAPackage("dev.belay." + module + ".."))) {
        throw new AssertionError("no classes of module " + module + " were found");
      }
    }
  }
}
