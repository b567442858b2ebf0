// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/// A process of its own in which the official Java client holds an ephemeral node, until it is killed.
final class HolderProcess implements AutoCloseable {

    private static final String READY = "the node is there";

    private final Process process;

    private HolderProcess(Process process) {
        this.process = process;
    }

    /// Returns when the node is there.
    static HolderProcess start(String connectString, String path, int timeoutMs) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HolderProcess.class.getName(),
                        connectString,
                        path,
                        Integer.toString(timeoutMs))
                .redirectErrorStream(true)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        var text = new StringBuilder();
        for (String line = said.readLine(); !READY.equals(line); line = said.readLine()) {
            if (line == null) {
                throw new IllegalStateException("the client did not start:\n" + text);
            }
            text.append(line).append('\n');
        }
        return new HolderProcess(process);
    }

    public static void main(String[] arguments) throws Exception {
        var client = new ZooKeeper(arguments[0], Integer.parseInt(arguments[2]), event -> {});
        client.create(arguments[1], new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        System.out.println(READY);
        new CountDownLatch(1).await();
    }

    /// `kill -9`.
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
