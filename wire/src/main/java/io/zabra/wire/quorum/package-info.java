// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What the servers of an ensemble say to one another, on two kinds of connection.
///
/// On the election port a connection starts with an [io.zabra.wire.quorum.InitialMessage] of the side that dialled.
/// After that both sides send frames, an int with the length before each, of one
/// [io.zabra.wire.quorum.Notification], behind which Zabra's servers put a [io.zabra.wire.quorum.VoteSender].
///
/// On the quorum port of the leader a learner sends and receives [io.zabra.wire.quorum.QuorumPacket]s, one record for
/// each kind. They have no length in front: [io.zabra.wire.quorum.PacketFramer] finds where one ends.
///
/// All layouts are those of Apache 3.9, whose servers may be on the other side. There is no logic here: what a packet
/// means is decided elsewhere.
@NullMarked
package io.zabra.wire.quorum;

import org.jspecify.annotations.NullMarked;
