// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom. */
@AnalyzeClasses(packages = "org.tokenzip", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> CUDA =
      resideInAnyPackage("org.bytedeco.cuda..", "org.bytedeco.pytorch.cuda..")
          .or(nameStartingWith("org.bytedeco.pytorch.global.torch_cuda"))
          .as("classes of CUDA");

  @ArchTest
  static final ArchRule PACKAGES_DEPEND_DOWNWARDS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("org.tokenzip.cli..")
          .layer("eval")
          .definedBy("org.tokenzip.eval..")
          .layer("pipeline")
          .definedBy("org.tokenzip.pipeline..")
          .layer("model")
          .definedBy("org.tokenzip.model..")
          .layer("compress")
          .definedBy("org.tokenzip.compress..")
          .layer("image")
          .definedBy("org.tokenzip.image..")
          .layer("text")
          .definedBy("org.tokenzip.text..")
          .layer("weights")
          .definedBy("org.tokenzip.weights..")
          .layer("kernel")
          .definedBy("org.tokenzip.kernel..")
          .layer("tensor")
          .definedBy("org.tokenzip.tensor..")
          .layer("runtime")
          .definedBy("org.tokenzip.runtime..")
          .layer("bind")
          .definedBy("org.tokenzip.bind..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("eval")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("pipeline")
          .mayOnlyBeAccessedByLayers("eval", "cli")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("pipeline", "eval", "cli")
          .whereLayer("compress")
          .mayOnlyBeAccessedByLayers("model", "pipeline", "eval", "cli")
          .whereLayer("image")
          .mayOnlyBeAccessedByLayers("model", "pipeline", "eval", "cli")
          .whereLayer("text")
          .mayOnlyBeAccessedByLayers("model", "pipeline", "eval", "cli")
          .whereLayer("weights")
          .mayOnlyBeAccessedByLayers("model", "pipeline", "eval", "cli")
          .whereLayer("kernel")
          .mayOnlyBeAccessedByLayers(
              "compress", "image", "text", "weights", "model", "pipeline", "eval", "cli")
          .whereLayer("tensor")
          .mayOnlyBeAccessedByLayers(
              "kernel", "compress", "image", "text", "weights", "model", "pipeline", "eval", "cli")
          .whereLayer("bind")
          .mayOnlyBeAccessedByLayers("runtime", "kernel");

  @ArchTest
  static final ArchRule CUDA_CLASSES_STAY_IN_THE_BRIDGE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.tokenzip.runtime.CudaBridge")
          .should()
          .dependOnClassesThat(CUDA)
          .because("initialising one on the CPU natives throws");

  @ArchTest
  static final ArchRule LIBTORCH_IS_USED_FROM_TENSOR_UPWARDS =
      noClasses()
          .that(resideInAnyPackage("org.tokenzip.bind..", "org.tokenzip.runtime.."))
          .and()
          .doNotHaveFullyQualifiedName("org.tokenzip.runtime.Libtorch")
          .should()
          .dependOnClassesThat(resideInAPackage("org.bytedeco.pytorch..").and(not(CUDA)));

  /**
   * What operators on plain memory are made of: these classes are loaded without libtorch on the
   * class path. An operator itself mentions it in the signature of its other door only;
   * PlainMemoryTest runs each of them without.
   */
  @ArchTest
  static final ArchRule PLAIN_MEMORY_KNOWS_NO_LIBTORCH =
      noClasses()
          .that()
          .resideInAPackage("org.tokenzip.kernel")
          .and()
          .haveNameMatching(
              ".*\\.(Call|NativeTensor|ElementType|Ragged|Workspace|NonFinite|MergeMode"
                  + "|\\w+Lists|\\w+Parameters)(\\$\\w+)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco.pytorch..", "org.tokenzip.tensor..", "org.slf4j..");

  @ArchTest
  static final ArchRule OPERATORS_NEED_NO_LOGGER =
      noClasses()
          .that(
              resideInAnyPackage(
                  "org.tokenzip.bind..", "org.tokenzip.runtime..", "org.tokenzip.kernel.."))
          .and()
          .haveNameNotMatching("org\\.tokenzip\\.runtime\\.Log(\\$\\w+)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.slf4j..");

  @ArchTest static final ArchRule JACKSON = only("com.fasterxml..", "weights", "pipeline", "cli");
  @ArchTest static final ArchRule DJL = only("ai.djl..", "text");
  @ArchTest static final ArchRule IMAGE_IO = only("javax.imageio..", "image");
  @ArchTest static final ArchRule FFMPEG = only("org.bytedeco.ffmpeg..", "image");
  @ArchTest static final ArchRule TWELVE_MONKEYS = only("com.twelvemonkeys..", "image");
  @ArchTest static final ArchRule PICOCLI = only("picocli..", "cli");
  @ArchTest static final ArchRule PROGRESS_BAR = only("me.tongfei..", "cli");

  /** A library's classes are used in the named packages of ours and nowhere else. */
  private static ArchRule only(String library, String... packages) {
    String[] allowed = new String[packages.length];
    for (int i = 0; i < packages.length; i++) {
      allowed[i] = "org.tokenzip." + packages[i] + "..";
    }
    return noClasses()
        .that()
        .resideOutsideOfPackages(allowed)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true);
  }
}
