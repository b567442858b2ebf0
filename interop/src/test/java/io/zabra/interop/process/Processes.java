// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What tests do with a server in a process of its own, whichever it is.
public final class Processes {

    private static final int CONNECT_MS = 1_000;

    private Processes() {}

    /// What follows `java` on the command line.
    ///
    /// @param home has `zoo.cfg` and `logback.xml`
    public static List<String> arguments(
            Product product, Path home, List<String> jvmFlags, Map<String, String> properties) {
        var arguments = new ArrayList<>(jvmFlags);
        // The shell, which is on the class path too, brings one that says nothing.
        arguments.add("-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider");
        arguments.add("-Dlogback.configurationFile=" + home.resolve("logback.xml"));
        properties.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
        arguments.addAll(List.of("-cp", product.classPath(), product.mainClass()));
        if (product == Product.ZABRA) {
            arguments.add("--config");
        }
        arguments.add(home.resolve("zoo.cfg").toString());
        return arguments;
    }

    /// The path of `java`.
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// The text that a four-letter word brings, or an empty one when the server does not answer.
    ///
    /// @param limitMs how long it may be silent
    public static String ask(InetSocketAddress address, byte[] word, int limitMs) {
        try (var socket = new Socket()) {
            socket.connect(address, CONNECT_MS);
            socket.setSoTimeout(limitMs);
            socket.getOutputStream().write(word);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException notServing) {
            return "";
        }
    }

    /// The rest of the line of an answer that begins so; empty if there is none.
    public static String fact(String answer, String start) {
        return answer.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse("");
    }

    /// SIGSTOP: from now on the process does nothing, but its kernel still takes connections and bytes.
    public static void freeze(Process process) {
        signal(process, "-STOP");
    }

    /// SIGCONT.
    public static void thaw(Process process) {
        signal(process, "-CONT");
    }

    private static void signal(Process process, String name) {
        try {
            int code = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + name + " failed with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
