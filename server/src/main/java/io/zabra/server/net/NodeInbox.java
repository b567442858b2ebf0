// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.core.node.Input;

/// Where connections bring what they receive.
public interface NodeInbox {

    /// Queues an input; any thread.
    void offer(Input input);

    /// Lets the node work on what is queued, on this thread when nobody else does already.
    void run();

    /// How many requests were received and are not answered yet, nearly; any thread.
    int requestsInProcess();

    /// Remembers, within a step, that `connection` has something to send when the batch is over. Owner of the node
    /// only.
    void dirty(Connection connection);
}
