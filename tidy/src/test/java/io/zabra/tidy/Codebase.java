// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files of the repository that the checks read.
final class Codebase {

    /// In build order. `interop` and `tidy` have tests only.
    static final List<String> MODULES =
            List.of("wire", "core", "storage", "server", "client", "cli", "simulator", "bench", "interop", "tidy");

    private static final Path ROOT = root();

    private Codebase() {}

    /// All Java sources, of programs and of tests.
    static List<SourceFile> sources() {
        return MODULES.stream()
                .flatMap(module -> files(ROOT.resolve(module).resolve("src"), ".java").stream())
                .map(path -> new SourceFile(ROOT.relativize(path).toString(), read(path)))
                .toList();
    }

    /// The sources of the programs.
    static List<SourceFile> mainSources() {
        return sources().stream().filter(SourceFile::isMain).toList();
    }

    /// The compiled classes of the module's program, without those that JMH makes of its benchmarks.
    static List<CompiledClass> classes(String module) {
        Path sources = ROOT.resolve(module).resolve("src/main/java");
        List<Path> compiled = files(ROOT.resolve(module).resolve("target/classes"), ".class");
        if (compiled.isEmpty() && !files(sources, ".java").isEmpty()) {
            throw new IllegalStateException("module " + module + " is not compiled: run mvn at the root");
        }
        return compiled.stream()
                .filter(path -> !path.toString().contains("jmh_generated"))
                .filter(path -> !path.endsWith("package-info.class") && !path.endsWith("module-info.class"))
                .map(path -> CompiledClass.parse(bytes(path)))
                .toList();
    }

    static List<CompiledClass> classes() {
        return MODULES.stream().flatMap(module -> classes(module).stream()).toList();
    }

    /// The Markdown pages, as paths below the root.
    static List<Path> pages() {
        Predicate<Path> hidden = path -> ROOT.relativize(path).toString().matches("(.*/)?(target|node_modules)/.*");
        return files(ROOT, ".md").stream().filter(hidden.negate()).toList();
    }

    static Path resolve(String path) {
        return ROOT.resolve(path);
    }

    static String read(Path path) {
        return new String(bytes(path), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(path -> path.toString().endsWith(suffix) && Files.isRegularFile(path))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("tidy/pom.xml"))) {
            at = at.getParent();
        }
        return at;
    }
}
