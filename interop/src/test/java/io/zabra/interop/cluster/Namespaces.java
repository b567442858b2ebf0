// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.process.Needed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network of the kernel's: each member is in a network namespace of its own, with a cable to a bridge in another
/// one, and a second cable to the tests, for clients. Nothing of it reaches the machine's own network. Needs root.
///
/// A cable can be pulled; of one direction, frames are sent to nobody. So whole packets are lost, and the kernel's TCP
/// has to find out.
final class Namespaces implements Network {

    private static final String NOBODY = "02:00:00:00:00:fe";

    private final int members;
    private final String prefix = "zb" + ProcessHandle.current().pid() % 100_000;
    private final String third = "198.19." + ProcessHandle.current().pid() % 256 + ".";
    private final List<String> made = new ArrayList<>();

    private Namespaces(int members) {
        this.members = members;
    }

    /// Where that is not allowed the test is skipped.
    static Namespaces of(int members) {
        Namespaces network = new Namespaces(members);
        String said = network.tryToMake();
        if (!said.isEmpty()) {
            network.close();
        }
        Needed.NAMESPACES.check(said.isEmpty(), said);
        return network;
    }

    private String tryToMake() {
        String said = make(bridge());
        if (said.isEmpty()) {
            said = run("ip -n " + bridge() + " link add br0 type bridge")
                    + run("ip -n " + bridge() + " link set br0 up");
        }
        for (int id = 1; id <= members && said.isEmpty(); id++) {
            said = make(space(id)) + plugIn(id);
        }
        return said;
    }

    private String make(String namespace) {
        String said = run("ip netns add " + namespace);
        if (said.isEmpty()) {
            made.add(namespace);
        }
        return said;
    }

    private String plugIn(int id) {
        String in = "ip -n " + space(id) + " ";
        return run("ip link add " + port(id) + " netns " + bridge() + " type veth peer name net0 netns " + space(id))
                + run("ip -n " + bridge() + " link set " + port(id) + " master br0 up")
                + run(in + "addr add " + host(id) + "/24 dev net0")
                + run(in + "link set net0 up")
                + run(in + "link set lo up")
                + run("ip link add " + prefix + "c" + id + " type veth peer name cli0 netns " + space(id))
                + run("ip addr add " + third + (4 * id + 1) + "/30 dev " + prefix + "c" + id)
                + run("ip link set " + prefix + "c" + id + " up")
                + run(in + "addr add " + third + (4 * id + 2) + "/30 dev cli0")
                + run(in + "link set cli0 up");
    }

    private String bridge() {
        return prefix + "s";
    }

    private String space(int member) {
        return prefix + "m" + member;
    }

    private static String port(int member) {
        return "port" + member;
    }

    @Override
    public String host(int member) {
        return "198.18.0." + member;
    }

    @Override
    public InetAddress clientHost(int member) {
        try {
            return InetAddress.getByName(third + (4 * member + 2));
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> launch(int member, Path home) {
        return List.of("ip", "netns", "exec", space(member), JAVA);
    }

    @Override
    public void open(int to, int... ports) {}

    @Override
    public void openAs(int to, int at, int port) {
        throw new UnsupportedOperationException("each member has its own host, hence all may have the same port");
    }

    @Override
    public void cut(int from, int to) {
        must("ip -n " + space(from) + " neigh replace " + host(to) + " lladdr " + NOBODY + " dev net0 nud permanent");
    }

    @Override
    public void isolate(int member) {
        must("ip -n " + bridge() + " link set " + port(member) + " down");
    }

    @Override
    public void heal() {
        for (int id = 1; id <= members; id++) {
            must("ip -n " + bridge() + " link set " + port(id) + " up");
            must("ip -n " + space(id) + " neigh flush dev net0 nud permanent");
        }
    }

    @Override
    public void close() {
        for (int id = 1; id <= members; id++) {
            // Already gone where it was not made.
            run("ip link del " + prefix + "c" + id);
        }
        made.forEach(namespace -> must("ip netns del " + namespace));
        made.clear();
    }

    private static void must(String command) {
        String said = run(command);
        if (!said.isEmpty()) {
            throw new IllegalStateException(said);
        }
    }

    /// Empty when the command did what it should, else what it said.
    private static String run(String command) {
        try {
            Process process = new ProcessBuilder(command.split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int code = process.waitFor();
            return code == 0 ? "" : command + " failed with " + code + ": " + said;
        } catch (IOException e) {
            return command + " cannot be run: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
