// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Writers that keep a server busy, each with several requests in flight, until they are stopped or it is gone.
final class Load implements AutoCloseable {

    private static final int IN_FLIGHT = 8;
    private static final int TIMEOUT_MS = 40_000;

    private final List<History> histories = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private volatile boolean stopped;

    /// Starts `writers` writers on nodes whose names start with `prefix`.
    static Load start(InetSocketAddress server, String prefix, int writers) {
        var load = new Load();
        for (int i = 0; i < writers; i++) {
            RawClient client = RawClient.open(server, Handshake.fresh(TIMEOUT_MS));
            var history = new History(prefix + i);
            client.callOk(Ops.CREATE, Ops.create(history.root(), Ops.EMPTY, 0));
            client.callOk(Ops.CREATE, Ops.create(history.root() + "-alive", Ops.EMPTY, 1));
            load.histories.add(history);
            load.threads.add(Thread.ofPlatform().start(() -> load.write(client, history)));
        }
        return load;
    }

    private void write(RawClient client, History history) {
        try (client) {
            int inFlight = 0;
            while (!stopped || inFlight > 0) {
                while (!stopped && inFlight < IN_FLIGHT) {
                    client.queue(Ops.MULTI, history.next());
                    inFlight++;
                }
                client.flush();
                Frame reply = client.read();
                if (reply == null) {
                    return;
                }
                history.acknowledge(reply);
                inFlight--;
            }
        } catch (RuntimeException e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    List<History> histories() {
        return histories;
    }

    /// Lets the writers finish what is in flight, or find the server gone.
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.getFirst());
            }
        }
    }
}
