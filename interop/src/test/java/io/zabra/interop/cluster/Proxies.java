// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network of proxies on loopback: works without special rights.
///
/// Members know each other by names. Each has a file of its own that says where the names are: it itself at 127.0.0.1,
/// each of the others at an address that only it uses, where a [Link] listens. So all members have the same list of
/// servers.
final class Proxies implements Network {

    private final int members;
    private final Link.Way[][] ways;
    private final List<Link> links = new ArrayList<>();

    Proxies(int members) {
        this.members = members;
        ways = new Link.Way[members + 1][members + 1];
        for (int i = 1; i <= members; i++) {
            for (int j = 1; j <= members; j++) {
                ways[i][j] = new Link.Way();
            }
        }
    }

    @Override
    public String host(int member) {
        return "member" + member;
    }

    @Override
    public InetAddress clientHost(int member) {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void open(int to, int... ports) throws IOException {
        for (int port : ports) {
            openAs(to, port, port);
        }
    }

    @Override
    public void openAs(int to, int at, int port) throws IOException {
        for (int from = 1; from <= members; from++) {
            if (from != to) {
                var address = new InetSocketAddress(InetAddress.getByName(address(from, to)), at);
                links.add(new Link(address, port, ways[from][to], ways[to][from]));
            }
        }
    }

    private static String address(int from, int to) {
        return from == to ? "127.0.0.1" : "127.9." + from + "." + to;
    }

    /// The property says where a member finds the others.
    @Override
    public List<String> launch(int member, Path home) throws IOException {
        Path hosts = home.resolve("hosts");
        writeHosts(member, hosts);
        return List.of(Network.JAVA, "-Djdk.net.hosts.file=" + hosts);
    }

    private void writeHosts(int from, Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
        for (int to = 1; to <= members; to++) {
            lines.add(address(from, to) + " " + host(to));
        }
        Files.write(file, lines);
    }

    @Override
    public void cut(int from, int to) {
        ways[from][to].cut(true);
    }

    @Override
    public void isolate(int member) {
        for (int other = 1; other <= members; other++) {
            if (other != member) {
                cut(member, other);
                cut(other, member);
            }
        }
    }

    void delayAll(int ms) {
        for (Link.Way[] row : ways) {
            for (Link.Way way : row) {
                if (way != null) {
                    way.delay(ms);
                }
            }
        }
    }

    @Override
    public void heal() {
        for (Link.Way[] row : ways) {
            for (Link.Way way : row) {
                if (way != null) {
                    way.cut(false);
                }
            }
        }
    }

    /// Breaks all connections between members.
    void reset() {
        links.forEach(Link::reset);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
    }
}
