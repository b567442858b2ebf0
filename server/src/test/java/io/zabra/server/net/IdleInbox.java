// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.core.node.Input;
import java.util.concurrent.Executor;

/// A node with nothing to do; tests that want to know what it is told override [#offer].
public class IdleInbox implements NodeInbox {

    @Override
    public void offer(Input input) {}

    @Override
    public void run() {}

    @Override
    public void run(Executor loop) {}

    @Override
    public void wake() {}

    @Override
    public void received(long requestBytes) {}

    @Override
    public long requestBytesInProcess() {
        return 0;
    }

    @Override
    public int requestsInProcess() {
        return 0;
    }

    @Override
    public void dirty(Connection connection) {}
}
