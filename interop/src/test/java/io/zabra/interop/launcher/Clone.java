// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A clone of the repository in a folder of its own, on a machine where only those JDKs are that a test puts there: the
/// system's folders, in which the script looks, lie below `system`, and the PATH has a few tools and no Java.
final class Clone {

    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "cksum",
            "cut",
            "dirname",
            "find",
            "grep",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail");
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/lib/jvm/", "/opt/", "/Library/", "/usr/libexec/");
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final int LIMIT_S = 60;

    final Path root;
    final Path system;
    final Path home;
    final Path tools;
    private final List<Path> links = new ArrayList<>();

    /// What the script did.
    record Outcome(int code, String out, String err) {}

    Clone(Path folder) throws IOException {
        root = Files.createDirectory(folder.resolve("clone"));
        system = Files.createDirectory(folder.resolve("system"));
        home = Files.createDirectory(folder.resolve("home"));
        tools = Files.createDirectory(folder.resolve("tools"));
        String script = Files.readString(REPOSITORY.resolve("zabra"));
        for (String place : SYSTEM_FOLDERS) {
            String moved = script.replace(" " + place, " " + system + place);
            if (moved.equals(script)) {
                throw new IllegalStateException("the script does not look at " + place);
            }
            script = moved;
        }
        executable(root.resolve("zabra"), script);
        Files.copy(REPOSITORY.resolve("pom.xml"), root.resolve("pom.xml"));
        for (String tool : TOOLS) {
            for (Path folderOfTools : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                Path real = folderOfTools.resolve(tool);
                if (Files.exists(real) && Files.notExists(tools.resolve(tool))) {
                    link(tools.resolve(tool), real);
                }
            }
        }
    }

    void link(Path link, Path target) throws IOException {
        links.add(Files.createSymbolicLink(link, target));
    }

    /// At the end, so that nobody who deletes the folder follows them.
    void removeLinks() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }

    /// A module as if it had just been built.
    void built(String module) throws IOException {
        Files.createDirectories(root.resolve(module).resolve("src/main"));
        Path target = Files.createDirectories(root.resolve(module).resolve("target"));
        Files.copy(
                REPOSITORY.resolve(module).resolve("pom.xml"),
                root.resolve(module).resolve("pom.xml"));
        Path jar = REPOSITORY.resolve(module).resolve("target/zabra-" + module + ".jar");
        Files.copy(jar, target.resolve(jar.getFileName()));
        link(target.resolve("lib"), jar.resolveSibling("lib"));
        Files.createFile(target.resolve("built"));
    }

    /// A JDK whose `java` says where it is and what it was told. Returns its folder.
    static Path jdk(Path folder, int version) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        executable(folder.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
        executable(folder.resolve("bin/javac"), "#!/bin/sh\n");
        return folder;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Outcome run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        Process process = builder(environment, List.of(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the script did not end:\n" + Files.readString(err));
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    ProcessBuilder builder(Map<String, String> environment, List<String> arguments) {
        var builder = new ProcessBuilder();
        builder.command().add(root.resolve("zabra").toString());
        builder.command().addAll(arguments);
        builder.directory(home.toFile());
        builder.environment().clear();
        builder.environment().putAll(new TreeMap<>(Map.of("PATH", tools.toString(), "HOME", home.toString())));
        builder.environment().putAll(environment);
        return builder;
    }
}
