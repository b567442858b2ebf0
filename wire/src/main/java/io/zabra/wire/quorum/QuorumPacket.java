// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a learner and its leader say to each other, one record for each kind. Apache: `QuorumPacket`.
///
/// All kinds have one frame: type, zxid, a buffer for the body (null if there is none), and a list of identities, which
/// only a [Forward] fills. Nothing tells the length of the whole.
public sealed interface QuorumPacket extends WireRecord {

    /// The version of the hand-shake that is spoken today, in [LearnerInfo] and [LeaderInfo].
    int PROTOCOL_VERSION = 0x10000;

    /// The zxid of packets that have none.
    long NO_ZXID = -1;

    /// Length of the packet that starts at `from`, or -1 if it is not known before more bytes than those up to `to`
    /// have come. A packet that turns out to be longer than `lengthMax` bytes is malformed, before they have come.
    static int framedLength(byte[] bytes, int from, int to, int lengthMax) {
        return new PacketScan(bytes, from, to, lengthMax).length();
    }

    /// Reads one packet that was sent by that side. Types that are not known are read as [Unknown]; bytes that a body
    /// has beyond its fields are ignored.
    static QuorumPacket read(WireReader in, Side sender) {
        int type = in.int32();
        long zxid = in.int64();
        WireReader data = Body.regionOrNull(in);
        List<Id> ids = Objects.requireNonNullElse(in.listOrNull(Id::read), List.of());
        WireReader body = data == null ? new WireReader(Body.NO_BYTES) : data;
        return switch (type) {
            case PacketType.REQUEST -> Forward.read(body, ids);
            case PacketType.PROPOSAL -> new Proposal(zxid, Body.entry(body));
            case PacketType.ACK -> new Ack(zxid);
            case PacketType.COMMIT -> new Commit(zxid);
            case PacketType.PING -> sender == Side.LEADER ? new Ping(zxid) : PingReply.read(zxid, body);
            case PacketType.REVALIDATE -> sender == Side.LEADER ? Revalidated.read(body) : Revalidate.read(body);
            case PacketType.SYNC -> new Sync();
            case PacketType.INFORM -> new Inform(zxid, Body.entry(body));
            case PacketType.COMMIT_AND_ACTIVATE -> new CommitAndActivate(zxid, body.int64());
            case PacketType.NEW_LEADER -> new NewLeader(zxid, data == null ? null : data.rest());
            case PacketType.FOLLOWER_INFO -> LearnerInfo.read(false, zxid, body);
            case PacketType.UP_TO_DATE -> new UpToDate();
            case PacketType.DIFF -> new Diff(zxid);
            case PacketType.TRUNC -> new Trunc(zxid);
            case PacketType.SNAP -> new Snap(zxid);
            case PacketType.OBSERVER_INFO -> LearnerInfo.read(true, zxid, body);
            case PacketType.LEADER_INFO -> new LeaderInfo(zxid >> Integer.SIZE, body.int32(), Dialect.read(body));
            case PacketType.ACK_EPOCH -> new AckEpoch(zxid, body.int32());
            case PacketType.INFORM_AND_ACTIVATE -> new InformAndActivate(zxid, body.int64(), Body.entry(body));
            default -> new Unknown(type);
        };
    }

    /// A learner passes on what a client of its asks for: a write, a sync, or a new session.
    ///
    /// `body` is the request as the client sent it, without its header. `authInfo` are the identities of the client,
    /// none for sessions that begin.
    record Forward(long sessionId, int cxid, int op, byte[] body, List<Id> authInfo) implements QuorumPacket {

        static Forward read(WireReader in, List<Id> authInfo) {
            return new Forward(in.int64(), in.int32(), in.int32(), in.rest(), authInfo);
        }

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.REQUEST, NO_ZXID);
            out.int64(sessionId).int32(cxid).int32(op).raw(body);
            out.endFrame(start);
            out.list(authInfo.isEmpty() ? null : authInfo);
        }
    }

    /// The leader proposes a transaction. `entry` is what goes into the log: [io.zabra.wire.txn.LoggedTxn].
    record Proposal(long zxid, byte[] entry) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.PROPOSAL, zxid, entry);
        }
    }

    /// A learner has this transaction and all before it on its disk. Also acknowledges [NewLeader] and [UpToDate].
    record Ack(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.ACK, zxid, null);
        }
    }

    /// A proposal that followers have is committed.
    record Commit(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.COMMIT, zxid, null);
        }
    }

    /// The leader is alive; `zxid` is that of its last proposal. Each asks for a [PingReply].
    record Ping(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.PING, zxid, null);
        }
    }

    /// A session that is alive, with its timeout.
    record Touch(long sessionId, int timeoutMs) {

        private static final int BYTES = Long.BYTES + Integer.BYTES;
    }

    /// Answer of a learner to a [Ping], whose zxid it repeats: the sessions that it has heard from since the last one.
    record PingReply(long zxid, List<Touch> touches) implements QuorumPacket {

        static PingReply read(long zxid, WireReader in) {
            if (in.remaining() % Touch.BYTES != 0) {
                throw new MalformedPacketException("touched sessions in " + in.remaining() + " bytes");
            }
            List<Touch> touches = new ArrayList<>(in.remaining() / Touch.BYTES);
            while (in.remaining() > 0) {
                touches.add(new Touch(in.int64(), in.int32()));
            }
            return new PingReply(zxid, touches);
        }

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.PING, zxid);
            for (Touch touch : touches) {
                out.int64(touch.sessionId).int32(touch.timeoutMs);
            }
            Body.end(out, start);
        }
    }

    /// A learner asks whether the session of a client that came from another server still lives.
    record Revalidate(long sessionId, int timeoutMs) implements QuorumPacket {

        static Revalidate read(WireReader in) {
            return new Revalidate(in.int64(), in.int32());
        }

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.REVALIDATE, NO_ZXID);
            out.int64(sessionId).int32(timeoutMs);
            Body.end(out, start);
        }
    }

    /// Answer of the leader to a [Revalidate].
    record Revalidated(long sessionId, boolean valid) implements QuorumPacket {

        static Revalidated read(WireReader in) {
            return new Revalidated(in.int64(), in.bool());
        }

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.REVALIDATE, NO_ZXID);
            out.int64(sessionId).bool(valid);
            Body.end(out, start);
        }
    }

    /// The oldest sync that this learner has forwarded is done.
    record Sync() implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.SYNC, 0, null);
        }
    }

    /// A committed transaction, for observers. `entry` as in [Proposal].
    record Inform(long zxid, byte[] entry) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.INFORM, zxid, entry);
        }
    }

    /// The proposal of a new membership is committed, and `leader` is to lead from here on.
    record CommitAndActivate(long zxid, long leader) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.COMMIT_AND_ACTIVATE, zxid);
            out.int64(leader);
            Body.end(out, start);
        }
    }

    /// End of what the leader sends to bring a learner up to it; the learner acknowledges when all is on its disk.
    ///
    /// `zxid` is the first of the leader's epoch, `config` the text of its newest membership, null from old leaders.
    record NewLeader(long zxid, byte @Nullable [] config) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.NEW_LEADER, zxid, config);
        }
    }

    /// First packet of a learner. FOLLOWERINFO and OBSERVERINFO in one.
    ///
    /// Old learners leave out the version of their membership, or that of the protocol too: these read as 0, and as 1.
    record LearnerInfo(
            boolean observer, long acceptedEpoch, long sid, int protocolVersion, long configVersion, Dialect dialect)
            implements QuorumPacket {

        private static final int OLDEST_VERSION = 1;

        /// Of one of Apache's servers.
        public LearnerInfo(boolean observer, long acceptedEpoch, long sid, int protocolVersion, long configVersion) {
            this(observer, acceptedEpoch, sid, protocolVersion, configVersion, Dialect.APACHE);
        }

        static LearnerInfo read(boolean observer, long zxid, WireReader in) {
            long sid = in.int64();
            int protocolVersion = in.remaining() >= Integer.BYTES ? in.int32() : OLDEST_VERSION;
            long configVersion = in.remaining() >= Long.BYTES ? in.int64() : 0;
            Dialect dialect = Dialect.read(in);
            return new LearnerInfo(observer, zxid >> Integer.SIZE, sid, protocolVersion, configVersion, dialect);
        }

        @Override
        public void write(WireWriter out) {
            int type = observer ? PacketType.OBSERVER_INFO : PacketType.FOLLOWER_INFO;
            int start = Body.begin(out, type, acceptedEpoch << Integer.SIZE);
            out.int64(sid).int32(protocolVersion).int64(configVersion);
            dialect.write(out);
            Body.end(out, start);
        }
    }

    /// A quorum has the leader's history: the learner may serve clients.
    record UpToDate() implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.UP_TO_DATE, NO_ZXID, null);
        }
    }

    /// The learner keeps all it has; what it lacks follows as proposals.
    record Diff(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.DIFF, zxid, null);
        }
    }

    /// The learner forgets everything after `zxid`.
    record Trunc(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.TRUNC, zxid, null);
        }
    }

    /// The learner forgets everything. The tree of the leader follows, not in packets.
    record Snap(long zxid) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, PacketType.SNAP, zxid, null);
        }
    }

    /// The epoch that begins, 32 bits wide.
    record LeaderInfo(long epoch, int protocolVersion, Dialect dialect) implements QuorumPacket {

        /// Of one of Apache's servers.
        public LeaderInfo(long epoch, int protocolVersion) {
            this(epoch, protocolVersion, Dialect.APACHE);
        }

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.LEADER_INFO, epoch << Integer.SIZE);
            out.int32(protocolVersion);
            dialect.write(out);
            Body.end(out, start);
        }
    }

    /// The learner has accepted the epoch of [LeaderInfo]. `currentEpoch` is the last one that it was led in, or
    /// [#NOT_NEW] if it had accepted the epoch before, which must not count again.
    record AckEpoch(long lastZxid, int currentEpoch) implements QuorumPacket {

        public static final int NOT_NEW = -1;

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.ACK_EPOCH, lastZxid);
            out.int32(currentEpoch);
            Body.end(out, start);
        }
    }

    /// [CommitAndActivate] and [Inform] in one, for observers.
    record InformAndActivate(long zxid, long leader, byte[] entry) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            int start = Body.begin(out, PacketType.INFORM_AND_ACTIVATE, zxid);
            out.int64(leader).raw(entry);
            Body.end(out, start);
        }
    }

    /// A packet of a later version of the protocol, to be ignored; its content is gone.
    record Unknown(int type) implements QuorumPacket {

        @Override
        public void write(WireWriter out) {
            Body.write(out, type, NO_ZXID, null);
        }
    }
}
