// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.quorum.Masters;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.PeerInput;
import io.zabra.core.zab.ZabEvent;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.LogLoop;
import io.zabra.server.net.NettyTransport;
import io.zabra.server.net.NodeInbox;
import io.zabra.server.peer.Brake;
import io.zabra.server.peer.ElectionLinks;
import io.zabra.server.peer.PeerInbox;
import io.zabra.server.peer.QuorumLink;
import io.zabra.server.peer.QuorumLinks;
import io.zabra.server.report.EnsembleEvents;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Notification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The other members, as the node of this server sees them, and the node, as they do.
///
/// What the node asks for is called by its owner; what comes in is brought by event loops and the log's thread.
public final class Peers implements PeerEffects, PeerInbox, ElectionLinks.Inbox {

    private final ServerConfig.Ensemble config;
    private final Roster roster;
    private final @Nullable MemberFiles memberFiles;
    private final LogLoop log;
    private final MemberLog files;
    private final SnapshotTransfer transfer;
    private final EnsembleEvents events;
    private final ElectionLinks elections;
    private final QuorumLinks quorum;

    // Owner of the node.
    private final List<QuorumLink> dirty = new ArrayList<>();
    private final Brake brake = new Brake();
    private final Masters masters;

    /// Where this server is to be found, as the members that have it say; else as its own files do.
    private Member self;

    /// Whom it learns from.
    private volatile long master;

    private volatile @Nullable QuorumLink leader;
    private volatile @Nullable NodeInbox node;

    private volatile Consumer<HostPort> clientAddress = _ -> {};

    /// @param log the thread that writes `files`
    /// @param packetBytesMax size of the longest packet that is accepted from a member
    public Peers(
            ServerConfig.Ensemble config,
            NettyTransport transport,
            LogLoop log,
            MemberLog files,
            SnapshotTransfer transfer,
            EnsembleEvents events,
            int packetBytesMax) {
        this.config = config;
        this.roster = new Roster(config, files.members());
        Member known = roster.members().committed().member(config.sid());
        this.self = known == null ? config.self() : known;
        Path file = config.changes().file();
        this.masters = new Masters(
                config.observers().pauseMsMax(),
                below -> ThreadLocalRandom.current().nextInt(below));
        this.memberFiles = file == null || !config.changes().enabled() ? null : new MemberFiles(file, self);
        this.log = log;
        this.files = files;
        this.transfer = transfer;
        this.events = events;
        elections = new ElectionLinks(
                new ElectionLinks.Config(
                        config.sid(),
                        config.self().addresses().getFirst().election(),
                        config.electionConnectMsMax(),
                        roster::elections),
                transport,
                this);
        quorum = new QuorumLinks(
                new QuorumLinks.Config(
                        config.quorumListen(), config.quorumConnectMsMax(), packetBytesMax, observers(config)),
                transport,
                transfer,
                this);
    }

    private static QuorumLinks.@Nullable Observers observers(ServerConfig.Ensemble config) {
        ServerConfig.Ensemble.Observers may = config.observers();
        var listen = new InetSocketAddress(config.quorumListen().getAddress(), may.masterPort());
        return may.masterPort() == 0 ? null : new QuorumLinks.Observers(listen, may.bytesMax());
    }

    /// Whether a follower serves observers.
    public boolean servesObservers() {
        return config.observers().masterPort() > 0;
    }

    /// The server that this one learns from, or did before: its leader, or a follower.
    public long master() {
        return master;
    }

    /// What makes the node a member.
    ///
    /// @param restored what its folders hold
    public Node.Joined joined(MemberRecovered.Restored restored) {
        Quorums members = roster.members();
        ServerConfig.Ensemble.Changes may = config.changes();
        var changes = new Ensemble.Changes(may.enabled(), may.votersMin(), members.next());
        var part = new Ensemble.Config(
                config.sid(),
                members.committed(),
                changes,
                config.timing(),
                config.election(),
                config.epochTransactionsMax());
        return new Node.Joined(part, restored.start(), restored.epochs(), this);
    }

    /// Begins to hear the others.
    ///
    /// @throws IOException when one of the ports for other members cannot be had
    public void start(NodeInbox newNode) throws IOException, InterruptedException {
        node = newNode;
        if (roster.hasOverriddenTheList()) {
            events.listOverridden(
                    config.membership().toString(), roster.members().committed().toString());
        }
        PeerAddress own = self.addresses().getFirst();
        if (own.equals(config.self().addresses().getFirst())) {
            // It is open while this server leads only: that would be late to find out.
            if (self.participant()) {
                QuorumLinks.probe(config.quorumListen());
            }
            elections.open(config.electionListen());
        } else {
            movePorts(config.self().addresses().getFirst(), own);
        }
    }

    /// Ends all connections to other members.
    ///
    /// @return whether that was done in `msMax`
    public boolean close(long msMax) throws InterruptedException {
        // That connections end now is no news.
        node = null;
        elections.close();
        quorum.close();
        return true;
    }

    /// Sends what is to be sent, when a batch of steps is over. Owner of the node.
    public void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
        brake.look(log.waitingBytes(), leader);
        Quorums unwritten = roster.takeUnwritten();
        if (unwritten != null) {
            log.then(() -> {
                files.members(unwritten);
                export(unwritten);
                return null;
            });
        }
    }

    // --- What the node asks of the disk.

    @Override
    public void append(long zxid, byte[] entry) {
        log.append(zxid, entry);
    }

    @Override
    public void roll() {
        log.roll();
    }

    @Override
    public void truncate(long zxid) {
        Quorums members = roster.takeUnwritten();
        log.then(() -> {
            files.truncate(zxid, members);
            export(members);
            return null;
        });
    }

    @Override
    public void epochs(Epochs epochs) {
        Quorums members = roster.takeUnwritten();
        log.then(() -> {
            files.epochs(epochs, members);
            export(members);
            return new Input.Peer(new PeerInput.EpochsDurable(epochs));
        });
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
        Quorums members = roster.takeUnwritten();
        log.then(() -> {
            files.install(snapshot, entries, epochs, members);
            export(members);
            return new Input.Peer(new PeerInput.EpochsDurable(epochs));
        });
    }

    @Override
    public void suspectTree() {
        log.then(() -> {
            files.suspectTree();
            return null;
        });
    }

    @Override
    public void read(long zxid, long last, long bytesMax) {
        log.then(() -> new Input.Peer(new PeerInput.LogRead(zxid, files.read(zxid, last, bytesMax))));
    }

    @Override
    public void committed(long zxid) {
        files.committed(zxid);
    }

    /// The record has it; these files are for others, and may be where nobody may write. Thread of the log.
    ///
    /// @param members null if they have not changed
    private void export(@Nullable Quorums members) {
        try {
            if (memberFiles != null && members != null) {
                memberFiles.write(members);
            }
        } catch (IOException | RuntimeException e) {
            events.trouble("the configuration files", "cannot take note of the members: " + e);
        }
    }

    /// The members have changed: others may be found elsewhere from now on, and this server too.
    @Override
    public void members(Quorums now) {
        for (long sid : roster.change(now)) {
            if (sid != config.sid()) {
                elections.forget(sid);
            }
        }
        Member listed = now.committed().member(config.sid());
        if (listed != null && !listed.equals(self)) {
            moveSelf(self, listed);
            self = listed;
        }
    }

    private void moveSelf(Member from, Member to) {
        PeerAddress before = from.addresses().getFirst();
        PeerAddress after = to.addresses().getFirst();
        if (!before.equals(after)) {
            Thread.ofVirtual().name("zabra-resolve").start(() -> movePorts(before, after));
        }
        HostPort client = to.client();
        if (client != null && !client.equals(from.client())) {
            clientAddress.accept(client);
        }
    }

    private void movePorts(PeerAddress before, PeerAddress after) {
        try {
            InetAddress host = config.quorumListen().getAddress().isAnyLocalAddress()
                    ? config.quorumListen().getAddress()
                    : InetAddress.getByName(after.host());
            quorum.move(new InetSocketAddress(host, after.quorumPort()));
            if (!before.election().equals(after.election())) {
                elections.move(new InetSocketAddress(host, after.electionPort()), after.election());
            }
        } catch (IOException e) {
            events.trouble("server " + config.sid(), "cannot listen at " + after.host() + ": " + e.getMessage());
        }
    }

    /// Says who is told when the address for clients changes.
    public void onClientAddress(Consumer<HostPort> listener) {
        clientAddress = listener;
        Member listed = roster.members().committed().member(config.sid());
        HostPort known = listed == null ? null : listed.client();
        if (known != null && !known.equals(config.self().client())) {
            listener.accept(known);
        }
    }

    // --- What the node asks of the network.

    @Override
    public void elect(long to, Notification notification) {
        elections.send(to, notification);
    }

    @Override
    public void dial(long leaderSid) {
        forgetReceived();
        boolean observes = roster.observes();
        if (observes && servesObservers()) {
            Masters.Next next = masters.next(roster.members().committed(), leaderSid);
            master = next.sid();
            if (next.leads()) {
                events.trouble(
                        observerPort(masters.last()).text(),
                        "serves no observers, nor does any other voter: observerMasterPort must be the same here and"
                                + " at the voters, or be left out here, to learn from the leader; the leader is tried"
                                + " now");
            }
            quorum.dial(leaderSid, next.leads() ? roster.quorum(master) : observerPort(master), next.pauseMs());
        } else {
            master = leaderSid;
            quorum.dial(leaderSid, roster.quorum(master), observes ? masters.pauseMs() : 0);
        }
        roster.tried(master);
    }

    /// Where a follower serves observers.
    private HostPort observerPort(long sid) {
        HostPort place = Objects.requireNonNull(roster.quorum(sid));
        return new HostPort(place.host(), config.observers().masterPort());
    }

    @Override
    public void admitLearners(boolean open) {
        if (open) {
            forgetReceived();
        }
        quorum.admitLearners(open);
    }

    @Override
    public void admitObservers(boolean open) {
        quorum.admitObservers(open);
    }

    /// A role begins: what was received in earlier ones is installed by now, or never will be.
    private void forgetReceived() {
        long last = transfer.received();
        if (last > 0) {
            log.then(() -> {
                transfer.removeUpTo(last);
                return null;
            });
        }
    }

    @Override
    public void event(ZabEvent event) {
        if (event instanceof ZabEvent.Following) {
            masters.found();
            roster.found();
        }
        events.accept(event);
    }

    // --- What comes in.

    @Override
    public void heard(long from, Notification notification) {
        tell(new PeerInput.Heard(from, notification));
    }

    @Override
    public void unreachable(long sid) {
        tell(new PeerInput.Unreachable(sid));
    }

    @Override
    public void reachable(long sid) {
        tell(new PeerInput.Reachable(sid));
    }

    private void tell(PeerInput input) {
        offer(input);
        NodeInbox inbox = node;
        if (inbox != null) {
            inbox.wake();
        }
    }

    @Override
    public void offer(PeerInput input) {
        if (input instanceof PeerInput.LeaderConnected(var link) && link instanceof QuorumLink made) {
            leader = made;
        }
        NodeInbox inbox = node;
        if (inbox != null) {
            inbox.offer(new Input.Peer(input));
        }
    }

    @Override
    public void run(Executor loop) {
        NodeInbox inbox = node;
        if (inbox != null) {
            inbox.run(loop);
        }
    }

    @Override
    public void behindVotes(Runnable action) {
        behind(action);
        NodeInbox inbox = node;
        if (inbox != null) {
            inbox.wake();
        }
    }

    @Override
    public void behind(Runnable action) {
        NodeInbox inbox = node;
        if (inbox != null) {
            inbox.offer(new Input.Inspect(_ -> action.run()));
        }
    }

    @Override
    public void dirty(QuorumLink link) {
        dirty.add(link);
    }

    @Override
    public void trouble(long sid, String reason) {
        events.trouble("server " + sid, reason);
    }

    @Override
    public void trouble(String remote, String reason) {
        events.trouble(remote, reason);
    }

    @Override
    public void quorumPortTaken(String address, String cause) {
        events.quorumPortTaken(address, cause);
    }
}
