// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Three members of one product, each in a process of its own, that serve.
public final class RunningEnsemble implements AutoCloseable {

    private static final int SIZE = 3;

    private final List<RunningServer> members = new ArrayList<>();

    private RunningEnsemble() {}

    /// Starts the members and returns when all serve.
    ///
    /// @param setup of each; its folder holds those of the members
    public static RunningEnsemble start(ServerSetup setup) {
        RunningEnsemble ensemble = new RunningEnsemble();
        try {
            ServerSetup each = setup.withConfig("initLimit", "20").withConfig("syncLimit", "10");
            for (int id = 1; id <= SIZE; id++) {
                String address = "127.0.0.1:" + FreePorts.next() + ":" + FreePorts.next();
                each = each.withConfig("server." + id, address);
            }
            for (int id = 1; id <= SIZE; id++) {
                Path folder = Files.createDirectories(setup.dataDir().resolve("member" + id));
                Files.writeString(folder.resolve("myid"), Integer.toString(id));
                ensemble.members.add(RunningServer.launch(each.as(setup.product(), folder)));
            }
            ensemble.members.forEach(RunningServer::awaitServing);
            return ensemble;
        } catch (IOException e) {
            ensemble.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            ensemble.close();
            throw e;
        }
    }

    /// All members, for a client to choose from.
    public String connectString() {
        return members.stream().map(RunningServer::connectString).collect(Collectors.joining(","));
    }

    public RunningServer leader() {
        return with("leader");
    }

    public RunningServer follower() {
        return with("follower");
    }

    /// `kill -9` for the others.
    public void killAllBut(RunningServer left) {
        members.stream().filter(each -> each != left).forEach(RunningServer::kill);
    }

    /// Starts a member again after its end, and returns when it serves.
    public void restart(RunningServer member) {
        members.set(members.indexOf(member), member.restart());
    }

    private RunningServer with(String mode) {
        return members.stream()
                .filter(each -> each.fourLetterWord("srvr").contains("Mode: " + mode))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + mode));
    }

    @Override
    public void close() {
        members.forEach(RunningServer::kill);
    }
}
