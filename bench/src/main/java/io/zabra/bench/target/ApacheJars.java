// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Apache ZooKeeper from the Maven registry, with what its server needs to run: resolved once into a cache folder by
/// the `mvn` of the machine.
public final class ApacheJars {

    /// The release that all results are compared with.
    public static final String VERSION = "3.9.5";

    private static final String POM = """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.zabra.bench</groupId><artifactId>apache</artifactId><version>1</version>
          <dependencies>
            <dependency><groupId>org.apache.zookeeper</groupId><artifactId>zookeeper</artifactId>
              <version>%s</version></dependency>
            <dependency><groupId>io.dropwizard.metrics</groupId><artifactId>metrics-core</artifactId>
              <version>4.1.12.1</version></dependency>
            <dependency><groupId>org.xerial.snappy</groupId><artifactId>snappy-java</artifactId>
              <version>1.1.10.5</version></dependency>
            <dependency><groupId>ch.qos.logback</groupId><artifactId>logback-classic</artifactId>
              <version>1.3.15</version></dependency>
          </dependencies>
        </project>
        """.formatted(VERSION);

    /// Warnings only, and no scanning for changes: logging must not weigh on the measured server.
    private static final String LOGBACK = """
        <configuration>
          <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %-5level %logger{36} - %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="CONSOLE"/></root>
        </configuration>
        """;

    private ApacheJars() {}

    /// The class path of Apache's server. The first call needs the registry and takes some seconds.
    public static String classPath(Path cache) throws IOException {
        Path folder = cache.resolve("apache-zookeeper-" + VERSION);
        Path jars = folder.resolve("lib");
        if (!Files.exists(folder.resolve("complete"))) {
            Files.createDirectories(jars);
            Files.writeString(folder.resolve("pom.xml"), POM);
            Files.writeString(folder.resolve("logback.xml"), LOGBACK);
            resolve(folder, jars);
            Files.writeString(folder.resolve("complete"), "");
        }
        return folder + ":" + jars + "/*";
    }

    private static void resolve(Path folder, Path jars) throws IOException {
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-q",
                        "-B",
                        "-f",
                        folder.resolve("pom.xml").toString(),
                        "dependency:copy-dependencies",
                        "-DincludeScope=runtime",
                        "-DoutputDirectory=" + jars)
                .redirectErrorStream(true)
                .start();
        String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.list(jars)) {
            if (maven.waitFor() != 0 || files.findAny().isEmpty()) {
                throw new IOException("Maven could not fetch Apache ZooKeeper " + VERSION + ":\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Maven ran", e);
        }
    }
}
