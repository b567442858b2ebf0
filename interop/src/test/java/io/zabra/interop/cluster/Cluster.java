// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.FreePorts;
import io.zabra.simulator.history.History;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/// An ensemble of processes with everything around it: the network between its members, and a recorder before each.
public final class Cluster implements AutoCloseable {

    /// What nobody should have to wait for longer, on a busy machine.
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    static final int TICK_MS = 400;
    private static final Pattern BEGUN = Pattern.compile("EpochBegun epoch=(\\d+)");
    private static final String LOGBACK = """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="out"/></root>
          <logger name="zabra" level="INFO"/>
          <logger name="org.apache.zookeeper.server.quorum.LearnerHandler" level="INFO"/>
        </configuration>
        """;

    private final Recording recording = new Recording();
    private final List<ClusterMember> members = new ArrayList<>();
    private final List<Recorder> recorders = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Layout layout;
    private @Nullable Journal journal;

    private Cluster(Layout layout) {
        this.layout = layout;
        properties.put("zookeeper.preAllocSize", "256");
        properties.put("zookeeper.admin.enableServer", "false");
        properties.put("zabra.disk.refuseBelowMb", "4");
        properties.put("zabra.disk.resumeAboveMb", "6");
        properties.putAll(layout.properties());
    }

    /// Starts an ensemble and waits until it serves.
    ///
    /// @param folder for all files
    public static Cluster start(Layout layout, Path folder) throws IOException {
        Cluster cluster = prepare(layout, folder);
        try {
            cluster.members.forEach(cluster::start);
            cluster.awaitAllServing();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /// An ensemble of which nobody has been started.
    public static Cluster prepare(Layout layout, Path folder) throws IOException {
        Cluster cluster = new Cluster(layout);
        try {
            cluster.prepare(folder);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void prepare(Path folder) throws IOException {
        int[][] ports = new int[layout.members() + 1][];
        List<String> servers = new ArrayList<>();
        for (int id = 1; id <= layout.members(); id++) {
            ports[id] = new int[] {FreePorts.next(), FreePorts.next(), FreePorts.next()};
            servers.add("server." + id + "=" + layout.network().host(id) + ":" + ports[id][0] + ":" + ports[id][1]
                    + (layout.observes(id) ? ":observer" : ""));
            layout.network().open(id, ports[id][0], ports[id][1]);
        }
        Map<Integer, Integer> masterPorts = masterPorts();
        for (int id = 1; id <= layout.members(); id++) {
            Path home = Files.createDirectories(folder.resolve("home" + id));
            Path data = Files.createDirectories(layout.dataDirs().getOrDefault(id, folder.resolve("data" + id)));
            Files.writeString(data.resolve("myid"), Integer.toString(id));
            Files.writeString(home.resolve("logback.xml"), LOGBACK);
            List<String> lines = new ArrayList<>(servers);
            lines.addAll(List.of(
                    "tickTime=" + TICK_MS,
                    "initLimit=25",
                    "syncLimit=5",
                    "maxClientCnxns=0",
                    "4lw.commands.whitelist=*",
                    "clientPort=" + ports[id][2],
                    "clientPortAddress=" + layout.network().clientHost(id).getHostAddress(),
                    "dataDir=" + data));
            if (layout.observes(id)) {
                lines.add("peerType=observer");
            }
            if (masterPorts.containsKey(id)) {
                lines.add("observerMasterPort=" + masterPorts.get(id));
            }
            for (String line : layout.settings()) {
                lines.add(
                        line.endsWith(Layout.ANY_PORT)
                                ? line.replace(Layout.ANY_PORT, Integer.toString(FreePorts.next()))
                                : line);
            }
            Files.write(home.resolve("zoo.cfg"), lines);
            var address = new InetSocketAddress(layout.network().clientHost(id), ports[id][2]);
            ClusterMember member = new ClusterMember(id, layout.network().launch(id, home), home, data, address);
            member.become(layout.product(id));
            members.add(member);
            recorders.add(new Recorder(recording, address));
        }
        journal = new Journal(members.stream().map(ClusterMember::dataDir).toList());
    }

    /// Where followers serve observers, and where these look for them: all at the same port.
    private Map<Integer, Integer> masterPorts() throws IOException {
        Map<Integer, Integer> found = new LinkedHashMap<>();
        if (layout.masters()) {
            int common = FreePorts.next();
            for (int id = 1; id <= layout.members(); id++) {
                int own = layout.observes(id) ? common : FreePorts.next();
                found.put(id, own);
                if (!layout.observes(id)) {
                    layout.network().openAs(id, common, own);
                }
            }
        }
        return found;
    }

    private Journal journal() {
        if (journal == null) {
            throw new IllegalStateException("not started");
        }
        return journal;
    }

    public List<ClusterMember> members() {
        return members;
    }

    /// @param id from 1
    public ClusterMember member(int id) {
        return members.get(id - 1);
    }

    Layout layout() {
        return layout;
    }

    /// Breaks all connections between members, with all that is under way.
    public void breakConnections() {
        layout.proxies().reset();
    }

    public Network network() {
        return layout.network();
    }

    Recording recording() {
        return recording;
    }

    /// Where clients connect to a member, so that what they do is recorded.
    public InetSocketAddress recorded(ClusterMember member) {
        return recorders.get(members.indexOf(member)).address();
    }

    public List<InetSocketAddress> recorded() {
        return recorders.stream().map(Recorder::address).toList();
    }

    public String connectString() {
        return String.join(
                ",",
                recorders.stream()
                        .map(each -> "127.0.0.1:" + each.address().getPort())
                        .toList());
    }

    public void start(ClusterMember member) {
        journal().look();
        member.start(properties);
    }

    /// Waits for a leader that serves, other than those given.
    public ClusterMember leader(ClusterMember... others) {
        try {
            return await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> findLeader(Arrays.asList(others)), Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("nobody leads:\n" + logs(), e);
        }
    }

    private Optional<ClusterMember> findLeader(List<ClusterMember> others) {
        return members.stream()
                .filter(each -> !others.contains(each) && each.mode().equals("leader"))
                .findFirst();
    }

    /// Kills and starts other leaders until this member leads, as it does soon if it has the largest id.
    void makeLead(ClusterMember member) {
        for (ClusterMember leader = leader(); leader != member; leader = leader()) {
            leader.kill();
            leader(leader);
            start(leader);
            awaitServing(leader);
        }
    }

    /// Any voter that is not the leader.
    public ClusterMember follower() {
        ClusterMember leader = leader();
        return voters().stream().filter(each -> each != leader).findFirst().orElseThrow();
    }

    public List<ClusterMember> voters() {
        return members.subList(0, layout.voters());
    }

    public List<ClusterMember> observers() {
        return members.subList(layout.voters(), members.size());
    }

    public void awaitServing(ClusterMember member) {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !member.mode().isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException(member + " does not serve:\n" + logs(), e);
        }
    }

    public void awaitAllServing() {
        members.forEach(this::awaitServing);
    }

    /// The ends of all logs, for the message of a failed test.
    public String logs() {
        StringBuilder out = new StringBuilder();
        members.forEach(each -> out.append("--- ")
                .append(each)
                .append(" mode ")
                .append(each.mode())
                .append('\n')
                .append(each.logTail())
                .append('\n'));
        return out.toString();
    }

    /// The epochs in which a server of ours led.
    Set<Long> epochsOfOurs() {
        return members.stream()
                .flatMap(each -> BEGUN.matcher(each.log()).results())
                .map(found -> Long.valueOf(found.group(1)))
                .collect(Collectors.toSet());
    }

    /// Kills all members, and returns what was recorded and what they leave on disk.
    History end() {
        members.forEach(ClusterMember::kill);
        return new History(recording.entries(), journal().committed());
    }

    @Override
    public void close() {
        members.forEach(ClusterMember::close);
        recorders.forEach(Recorder::close);
        layout.network().close();
        if (journal != null) {
            journal.close();
        }
    }
}
