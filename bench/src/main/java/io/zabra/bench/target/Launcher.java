// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A target whose servers are started as processes of their own, each from a generated `zoo.cfg`.
///
/// @param membersMax how large an ensemble it can be; 1 = it only stands alone
public record Launcher(String name, int membersMax, Recipe recipe) implements Target {

    @Override
    public RunningEnsemble start(ServerSettings settings, int members) throws IOException {
        if (members > membersMax) {
            throw new IOException(name + " has no ensembles of " + members);
        }
        List<MemberPorts> ports = MemberPorts.free(members);
        List<RunningServer> servers = new ArrayList<>();
        try {
            for (int id = 1; id <= members; id++) {
                servers.add(prepared(settings, ports, id));
            }
            var ensemble = new RunningEnsemble(servers);
            ensemble.launch();
            return ensemble;
        } catch (IOException e) {
            new RunningEnsemble(servers).close();
            throw e;
        }
    }

    private RunningServer prepared(ServerSettings settings, List<MemberPorts> ports, int id) throws IOException {
        Files.createDirectories(settings.workFolder());
        Path folder = Files.createTempDirectory(settings.workFolder(), "zabra-bench-");
        Path config = folder.resolve("zoo.cfg");
        Path data = Files.createDirectories(folder.resolve("data"));
        int port = ports.get(id - 1).client();
        if (ports.size() == 1) {
            Files.writeString(config, settings.zooCfg(data, port));
        } else {
            Files.writeString(config, settings.zooCfg(data, port) + ServerSettings.ensembleCfg(ports));
            Files.writeString(data.resolve("myid"), id + "\n");
        }
        return new RunningServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                settings.jdk(),
                folder,
                recipe.command(config, settings));
    }

    /// How a target's process is called.
    public interface Recipe {
        Command command(Path config, ServerSettings settings) throws IOException;
    }

    /// A process to start: its words and what is added to the environment.
    public record Command(List<String> words, Map<String, String> environment) {}
}
