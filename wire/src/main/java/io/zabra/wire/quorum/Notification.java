// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// A vote, as the servers of an ensemble send it to each other while one of them looks for a leader.
///
/// `leader` is the server voted for, `zxid` and `peerEpoch` its last zxid and its current epoch; `electionEpoch` is the
/// sender's round of the election.
///
/// Two older forms are told by their length alone: 28 bytes end with the round, 40 bytes with the epoch and an int that
/// is ignored. Both read as version 0; what is below version 2 is written as the form of 40 bytes.
public record Notification(
        PeerState state,
        long leader,
        long zxid,
        long electionEpoch,
        long peerEpoch,
        int version,
        Memberships memberships)
        implements WireRecord {

    /// The memberships that the sender knows, as texts.
    ///
    /// Apache's servers send the committed one only, and ignore what comes behind it.
    ///
    /// @param committed empty in messages of versions below 2, which have none
    /// @param proposed one that the sender has, and does not know to be committed; empty for none
    /// @param epoch the sender's current epoch, to judge the proposed one by; 0 if there is none
    public record Memberships(String committed, String proposed, long epoch) {

        /// Without a proposed one.
        public static Memberships of(String committed) {
            return new Memberships(committed, "", 0);
        }
    }

    /// The version that is spoken today.
    public static final int VERSION = 2;

    /// Bytes of the longest frame that a server may send on the election port, its length not counted.
    public static final int LENGTH_MAX = 524_288;

    /// What a proposed membership is told by: "ZBRA".
    private static final int PROPOSED = 0x5a425241;

    private static final int VERSION_WITH_CONFIG = 2;
    private static final int LENGTH_WITHOUT_PEER_EPOCH = 28;
    private static final int LENGTH_WITHOUT_VERSION = 40;

    /// A vote of a sender that knows no proposed membership.
    public Notification(
            PeerState state, long leader, long zxid, long electionEpoch, long peerEpoch, int version, String config) {
        this(state, leader, zxid, electionEpoch, peerEpoch, version, Memberships.of(config));
    }

    /// A vote in today's version.
    public Notification(PeerState state, long leader, long zxid, long electionEpoch, long peerEpoch, String config) {
        this(state, leader, zxid, electionEpoch, peerEpoch, VERSION, config);
    }

    /// Reads a vote that fills the rest of the region. Bytes behind the text of the membership that do not
    /// tell of a proposed one are left there.
    public static Notification read(WireReader in) {
        int length = in.remaining();
        if (length < LENGTH_WITHOUT_PEER_EPOCH) {
            throw new MalformedPacketException("notification of " + length + " bytes");
        }
        PeerState state = PeerState.of(in.int32());
        long leader = in.int64();
        long zxid = in.int64();
        long electionEpoch = in.int64();
        if (length == LENGTH_WITHOUT_PEER_EPOCH) {
            return new Notification(state, leader, zxid, electionEpoch, zxid >> 32, 0, "");
        }
        long peerEpoch = in.int64();
        int sentVersion = in.int32();
        int version = length == LENGTH_WITHOUT_VERSION ? 0 : sentVersion;
        Memberships memberships = version < VERSION_WITH_CONFIG ? Memberships.of("") : memberships(in);
        return new Notification(state, leader, zxid, electionEpoch, peerEpoch, version, memberships);
    }

    private static Memberships memberships(WireReader in) {
        String committed = in.string();
        if (in.remaining() < Integer.BYTES || in.peekInt32() != PROPOSED) {
            return Memberships.of(committed);
        }
        in.int32();
        long epoch = in.int64();
        return new Memberships(committed, in.string(), epoch);
    }

    /// The text of the newest membership that the sender knows to be committed.
    public String config() {
        return memberships.committed();
    }

    @Override
    public void write(WireWriter out) {
        out.int32(state.number()).int64(leader).int64(zxid).int64(electionEpoch).int64(peerEpoch);
        out.int32(version);
        if (version >= VERSION_WITH_CONFIG) {
            out.string(memberships.committed());
            if (!memberships.proposed().isEmpty()) {
                out.int32(PROPOSED).int64(memberships.epoch()).string(memberships.proposed());
            }
        }
    }
}
