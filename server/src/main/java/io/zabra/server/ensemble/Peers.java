// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.PeerInput;
import io.zabra.core.zab.ZabEvent;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.LogLoop;
import io.zabra.server.net.NettyTransport;
import io.zabra.server.net.NodeInbox;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The other members, as the node of this server sees them, and the node, as they do.
///
/// What the node asks for is called by its owner; what comes in is brought by event loops and the log's thread.
public final class Peers implements PeerEffects, PeerInbox, ElectionLinks.Inbox {

    /// Bytes of records that wait for the disk above which nothing more is read from the leader, and below which it is
    /// again.
    private static final long LOG_BYTES_MAX = 32L << 20;

    private static final long LOG_BYTES_RESUME = LOG_BYTES_MAX / 2;

    private final ServerConfig.Ensemble config;
    private final LogLoop log;
    private final MemberLog files;
    private final SnapshotTransfer transfer;
    private final EnsembleEvents events;
    private final ElectionLinks elections;
    private final QuorumLinks quorum;

    // Owner of the node.
    private final List<QuorumLink> dirty = new ArrayList<>();
    private @Nullable QuorumLink onHold;

    private volatile @Nullable QuorumLink leader;
    private volatile @Nullable NodeInbox node;

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
        this.log = log;
        this.files = files;
        this.transfer = transfer;
        this.events = events;
        elections = new ElectionLinks(
                new ElectionLinks.Config(
                        config.sid(),
                        config.self().addresses().getFirst().election(),
                        config.electionConnectMsMax(),
                        this::electionAddress),
                transport,
                this);
        quorum = new QuorumLinks(
                new QuorumLinks.Config(
                        config.quorumListen(), config.quorumConnectMsMax(), packetBytesMax, this::quorumAddress),
                transport,
                transfer,
                this);
    }

    private @Nullable HostPort electionAddress(long sid) {
        var member = config.membership().member(sid);
        return member == null ? null : member.addresses().getFirst().election();
    }

    private @Nullable HostPort quorumAddress(long sid) {
        var member = config.membership().member(sid);
        return member == null ? null : member.addresses().getFirst().quorum();
    }

    /// What makes the node a member.
    ///
    /// @param restored what its folders hold
    public Node.Joined joined(MemberRecovered.Restored restored) {
        var part = new Ensemble.Config(config.sid(), config.membership(), config.timing(), config.election());
        return new Node.Joined(part, restored.start(), restored.epochs(), this);
    }

    /// Begins to hear the others.
    ///
    /// @throws IOException when the election port cannot be had
    public void start(NodeInbox newNode) throws IOException, InterruptedException {
        node = newNode;
        elections.open(config.electionListen());
    }

    /// Ends all connections to other members.
    ///
    /// @return whether that was done in `msMax`
    public boolean close(long msMax) throws InterruptedException {
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
        holdLeader();
    }

    /// A leader must not fill the memory of a server whose disk is slow.
    private void holdLeader() {
        QuorumLink held = onHold;
        if (held == null && log.waitingBytes() > LOG_BYTES_MAX) {
            onHold = leader;
            if (onHold != null) {
                onHold.hold(true);
            }
        } else if (held != null && log.waitingBytes() < LOG_BYTES_RESUME) {
            onHold = null;
            held.hold(false);
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
        log.then(() -> {
            files.truncate(zxid);
            return null;
        });
    }

    @Override
    public void epochs(Epochs epochs) {
        log.then(() -> {
            files.epochs(epochs);
            return new Input.Peer(new PeerInput.EpochsDurable(epochs));
        });
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
        log.then(() -> {
            files.install(snapshot, entries, epochs);
            return new Input.Peer(new PeerInput.EpochsDurable(epochs));
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

    // --- What the node asks of the network.

    @Override
    public void elect(long to, Notification notification) {
        elections.send(to, notification);
    }

    @Override
    public void dial(long leaderSid) {
        forgetReceived();
        quorum.dial(leaderSid);
    }

    @Override
    public void admitLearners(boolean open) {
        if (open) {
            forgetReceived();
        }
        quorum.admitLearners(open);
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
        events.accept(event);
    }

    // --- What comes in.

    @Override
    public void heard(long from, Notification notification) {
        offer(new PeerInput.Heard(from, notification));
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
}
