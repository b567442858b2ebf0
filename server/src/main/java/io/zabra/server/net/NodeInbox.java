// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.core.node.Input;
import java.util.concurrent.Executor;

/// Where connections bring what they receive.
public interface NodeInbox {

    /// Queues an input; any thread.
    void offer(Input input);

    /// Lets the node work on what is queued, on this thread when nobody else does already.
    void run();

    /// The same for an event loop, which is also where the answers to what it brings are best sent from.
    void run(Executor loop);

    /// Lets the node work on what is queued, on an event loop: for threads with work of their own.
    void wake();

    /// Counts the bytes of requests before they are offered; any thread.
    void received(long requestBytes);

    /// How many requests were received and are not answered yet, nearly; any thread.
    int requestsInProcess();

    /// How many bytes they have; any thread.
    long requestBytesInProcess();

    /// Remembers, within a step, that `connection` has something to send when the batch is over. Owner of the node
    /// only.
    void dirty(Connection connection);
}
