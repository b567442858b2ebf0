// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import io.zabra.wire.client.OpCode;

/// What a request is called on its way through the node, and by what its reply is found.
///
/// @param xid the number that the client gave the request; the reply echoes it
/// @param op the operation; [OpCode#ERROR] for one that is unknown
/// @param receivedNs when the request was read from the network, on the clock of the edge that read it
/// @param bytes the size of the request on the wire
public record Tag(int xid, OpCode op, long receivedNs, int bytes) {}
