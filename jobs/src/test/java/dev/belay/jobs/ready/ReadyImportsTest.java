package dev.belay.jobs.ready;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ReadyImportsTest {
  @Test
  void theJobApiSufficesForTheReadyMadeJobs() {
    JavaClasses ready =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.belay.jobs.ready");
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.belay.jobs.ready", "dev.belay.runtime.job..", "java..", "org.jspecify..")
        .check(ready);
  }
}
