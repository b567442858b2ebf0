// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule finds a violation that is planted for it, so that an empty list means something.
class PlantedTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long f() { return System.nanoTime(); }",
                "long f() { return System.currentTimeMillis(); }",
                "int f(Object o) { return System.identityHashCode(o); }",
                "double f() { return Math.random(); }",
                "java.util.Random random;",
                "void f(java.net.InetAddress address) {}",
                "Object f() { return java.nio.file.Path.of(\"x\"); }",
                "Object f() { return new java.io.ByteArrayOutputStream(); }",
                "java.util.concurrent.locks.Lock[] locks;",
                "void f() { new Thread(this::f).start(); }"
            })
    void theCoreBansFindIt(String member) {
        assertThat(Walls.coreBans(compiled("class A { " + member + " }"))).isNotEmpty();
    }

    @Test
    void theCoreBansLeaveHarmlessCodeAlone() {
        assertThat(Walls.coreBans(compiled("record A(int x, java.util.List<String> y) {}")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.util.HashMap<String, String>()",
                "new java.util.HashSet<String>()",
                "java.util.Map.of(1, 2)",
                "java.util.Set.of(1, 2)",
                "java.util.stream.Stream.of(1).collect(java.util.stream.Collectors.toSet())"
            })
    void unorderedCollectionsAreFoundUnlessExcused(String expression) {
        CompiledClass planted = compiled("class A { Object f() { return " + expression + "; } }");
        assertThat(Walls.unorderedCollections(planted, Set.of())).isNotEmpty();
        assertThat(Walls.unorderedCollections(planted, Set.of("A"))).isEmpty();
    }

    @Test
    void exitsAndPropertiesAreFoundOutsideMain() {
        String body = " { void f() { System.getProperty(\"x\"); System.exit(1); } }";
        assertThat(Walls.exits(compiled("package a; class A" + body))).hasSize(1);
        assertThat(Walls.properties(compiled("package a; class A" + body), Set.of()))
                .hasSize(1);
        assertThat(Walls.properties(compiled("package a; class A" + body), Set.of("a")))
                .isEmpty();
        assertThat(Walls.exits(compiled("package a; class Main" + body))).isEmpty();
    }

    @Test
    void packagesThatPointUpwardsOrInCirclesAreFound() {
        CompiledClass low = using("io.zabra.low.A", "io.zabra.high.B");
        CompiledClass high = using("io.zabra.high.B", "io.zabra.low.A");
        List<String> order = List.of("io.zabra.high", "io.zabra.low");
        assertThat(Walls.packageOrder(List.of(low), order)).hasSize(1);
        assertThat(Walls.packageOrder(List.of(high), order)).isEmpty();
        assertThat(Walls.packageOrder(List.of(using("io.zabra.other.C", "x.Y")), order))
                .hasSize(1);
        assertThat(Walls.cycles(List.of(low, high))).hasSize(2);
        assertThat(Walls.cycles(List.of(high))).isEmpty();
    }

    @Test
    void longLinesAndFilesAreFound() {
        assertThat(Sizes.lines(source("x".repeat(121)))).hasSize(1);
        assertThat(Sizes.lines(source("\n".repeat(601)))).hasSize(1);
        assertThat(Sizes.lines(source("x".repeat(120) + "\n".repeat(600)))).isEmpty();
    }

    @Test
    void longMethodsAndParameterListsAreFound() {
        assertThat(Sizes.methods(source("class A { void f() {" + "\n;".repeat(60) + "} }")))
                .hasSize(1);
        assertThat(Sizes.methods(source("class A { void f() {" + "\n;".repeat(59) + "} }")))
                .isEmpty();
        String six = "(int a, int b, int c, int d, int e, int f)";
        assertThat(Sizes.methods(source("class A { void f" + six + " {} }"))).hasSize(1);
        assertThat(Sizes.methods(source("record A" + six + " { A {} }"))).isEmpty();
    }

    @Test
    void aFlatSwitchMayBeLongButNotOneWithLongArms() {
        String arms = "\ncase 1 -> 2;".repeat(70);
        String method = "class A { int f(int x) { return switch (x) {" + arms + "\ndefault -> %s; }; } }";
        assertThat(Sizes.methods(source(method.formatted("3")))).isEmpty();
        assertThat(Sizes.methods(source(method.formatted("{\n\n\n yield 3; }"))))
                .hasSize(1);
    }

    @Test
    void bigPackagesAreFoundUnlessTheyAreCatalogues() {
        List<SourceFile> files = List.of(source("class A {}".repeat(21)));
        assertThat(Sizes.packages(files, Set.of())).hasSize(1);
        assertThat(Sizes.packages(files, Set.of("java/a"))).isEmpty();
    }

    @Test
    void missingLicencesAndPagesAndUnfinishedThingsAreFound() {
        assertThat(Words.licence(source("package a;"))).hasSize(1);
        assertThat(Words.unfinished(source("int x; // TO" + "DO later"))).hasSize(1);
        assertThat(Words.unfinished(source("@Dis" + "abled class A {}"))).hasSize(1);
        assertThat(Words.packagePages(List.of(source("class A {}")))).hasSize(1);
    }

    @Test
    void deadLinksAreFound() {
        Path page = Codebase.resolve("README.md");
        assertThat(Words.deadLinks(page, "[a](no-such-file.md)")).hasSize(1);
        assertThat(Words.deadLinks(page, "# One\n[a](#two)")).hasSize(1);
        assertThat(Words.deadLinks(page, "# One two\n[a](#one-two) [b](LICENSE) [c](https://example.org)"))
                .isEmpty();
    }

    private static SourceFile source(String text) {
        return new SourceFile("m/src/main/java/a/A.java", text);
    }

    private static CompiledClass using(String name, String type) {
        return new CompiledClass(name, new java.util.TreeSet<>(Set.of(type)), new java.util.TreeSet<>());
    }

    private static CompiledClass compiled(String text) {
        var bytes = new ByteArrayOutputStream();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var source = new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        var target = new SimpleJavaFileObject(URI.create("string:///A.class"), JavaFileObject.Kind.CLASS) {
            @Override
            public OutputStream openOutputStream() {
                return bytes;
            }
        };
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                var files = new ForwardingJavaFileManager<JavaFileManager>(standard) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String name, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
                        return target;
                    }
                }) {
            boolean good = compiler.getTask(null, files, null, List.of("-proc:none"), null, List.of(source))
                    .call();
            assertThat(good).as(text).isTrue();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return CompiledClass.parse(bytes.toByteArray());
    }
}
