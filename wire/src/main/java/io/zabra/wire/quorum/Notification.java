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
/// sender's round of the election. `config` is the text of the newest membership that the sender knows, empty in
/// messages of versions below 2, which have none.
///
/// Two older forms are told by their length alone: 28 bytes end with the round, 40 bytes with the epoch and an int that
/// is ignored. Both read as version 0; what is below version 2 is written as the form of 40 bytes.
public record Notification(
        PeerState state, long leader, long zxid, long electionEpoch, long peerEpoch, int version, String config)
        implements WireRecord {

    /// The version that is spoken today.
    public static final int VERSION = 2;

    /// Bytes of the longest frame that a server may send on the election port, its length not counted.
    public static final int LENGTH_MAX = 524_288;

    private static final int VERSION_WITH_CONFIG = 2;
    private static final int LENGTH_WITHOUT_PEER_EPOCH = 28;
    private static final int LENGTH_WITHOUT_VERSION = 40;

    /// A vote in today's version.
    public Notification(PeerState state, long leader, long zxid, long electionEpoch, long peerEpoch, String config) {
        this(state, leader, zxid, electionEpoch, peerEpoch, VERSION, config);
    }

    /// Reads a vote that fills the rest of the region. Bytes behind the text of the membership are ignored.
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
        String config = version < VERSION_WITH_CONFIG ? "" : in.string();
        return new Notification(state, leader, zxid, electionEpoch, peerEpoch, version, config);
    }

    @Override
    public void write(WireWriter out) {
        out.int32(state.number()).int64(leader).int64(zxid).int64(electionEpoch).int64(peerEpoch);
        out.int32(version);
        if (version >= VERSION_WITH_CONFIG) {
            out.string(config);
        }
    }
}
