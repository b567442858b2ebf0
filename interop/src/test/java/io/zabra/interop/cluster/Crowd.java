// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.Product;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/// A number of [Nomad]s, until it is closed.
public final class Crowd implements AutoCloseable {

    /// Values that clients write differ from client to client.
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Cluster cluster;
    private final List<Nomad> nomads = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    private Crowd(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Clients that move between all members.
    public static Crowd start(Cluster cluster, int clients) {
        return start(cluster, clients, cluster.recorded());
    }

    /// @param servers that the clients know
    public static Crowd start(Cluster cluster, int clients, List<InetSocketAddress> servers) {
        Crowd crowd = new Crowd(cluster);
        // Servers of 3.8 do not tell to which transaction an event belongs: nobody can check its place.
        boolean watches = cluster.members().stream().allMatch(each -> each.product() != Product.APACHE_3_8);
        for (int i = 1; i <= clients; i++) {
            Nomad nomad = new Nomad(NUMBERS.incrementAndGet(), servers, watches);
            crowd.nomads.add(nomad);
            crowd.threads.add(Thread.ofPlatform().name("nomad-" + i).start(() -> crowd.run(nomad)));
        }
        return crowd;
    }

    private void run(Nomad nomad) {
        try {
            nomad.run();
        } catch (RuntimeException | Error e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    public long writes() {
        return nomads.stream().mapToLong(Nomad::writes).sum();
    }

    /// How often clients were told that their sessions are over.
    public long lostSessions() {
        return nomads.stream().mapToLong(Nomad::lostSessions).sum();
    }

    /// Waits until this many more writes have succeeded. How long it took, in milliseconds.
    public long awaitWrites(int more) {
        long start = System.nanoTime();
        long goal = writes() + more;
        try {
            await().atMost(Cluster.PATIENCE).until(() -> writes() >= goal);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("nobody can write:\n" + cluster.logs(), e);
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Override
    public void close() throws InterruptedException {
        nomads.forEach(Nomad::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.getFirst());
            }
        }
    }
}
