// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.zabra.core.zab.PeerInput;
import java.util.concurrent.Executor;

/// Where connections between leader and learners bring what comes in: the owner of the node. Any thread may call.
public interface PeerInbox {

    /// Queues an input; [#run] must follow.
    void offer(PeerInput input);

    /// Queues something to be run by the owner of the node; [#run] must follow.
    void behind(Runnable action);

    /// Lets the node work on what was offered, on this thread if nobody else does.
    void run(Executor loop);

    /// Called by the owner of the node: the link has something to send when the batch is over.
    void dirty(QuorumLink link);

    /// The port where learners connect cannot be opened; for operators.
    void quorumPortTaken(String address, String cause);

    /// A connection came to nothing, or was ended for what the peer sent; for operators.
    void trouble(String remote, String reason);
}
