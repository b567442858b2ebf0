// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The operations of [ZabraClient] for threads that may wait, virtual ones above all. Failures are thrown as
/// [ZabraException]. Watchers may use it too: it does not need the executor that runs them.
public final class BlockingClient {

    private final ZabraClient client;

    BlockingClient(ZabraClient client) {
        this.client = client;
    }

    /// Waits for the first connection. False if there is none by then.
    public boolean awaitConnected(Duration atMost) throws InterruptedException {
        try {
            client.connected().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    public Created create(String path, byte @Nullable [] data, CreateMode mode) throws InterruptedException {
        return result(client.create(path, data, mode));
    }

    public Created create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl)
            throws InterruptedException {
        return result(client.create(path, data, mode, acl));
    }

    /// See [ZabraClient#createWithTtl].
    public Created createWithTtl(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl, long ttlMs)
            throws InterruptedException {
        return result(client.createWithTtl(path, data, mode, acl, ttlMs));
    }

    public void delete(String path, int version) throws InterruptedException {
        result(client.delete(path, version));
    }

    /// See [ZabraClient#exists(String)].
    public Optional<Stat> exists(String path) throws InterruptedException {
        return exists(path, null);
    }

    /// See [ZabraClient#exists(String, Watcher)].
    public Optional<Stat> exists(String path, @Nullable Watcher watcher) throws InterruptedException {
        return result(client.exists(path, watcher));
    }

    public NodeData data(String path) throws InterruptedException {
        return data(path, null);
    }

    /// See [ZabraClient#data(String, Watcher)].
    public NodeData data(String path, @Nullable Watcher watcher) throws InterruptedException {
        return result(client.data(path, watcher));
    }

    public Stat setData(String path, byte @Nullable [] data, int version) throws InterruptedException {
        return result(client.setData(path, data, version));
    }

    public Children children(String path) throws InterruptedException {
        return children(path, null);
    }

    /// See [ZabraClient#children(String, Watcher)].
    public Children children(String path, @Nullable Watcher watcher) throws InterruptedException {
        return result(client.children(path, watcher));
    }

    public int descendantCount(String path) throws InterruptedException {
        return result(client.descendantCount(path));
    }

    /// See [ZabraClient#ephemerals].
    public List<String> ephemerals(String prefix) throws InterruptedException {
        return result(client.ephemerals(prefix));
    }

    public NodeAcl acl(String path) throws InterruptedException {
        return result(client.acl(path));
    }

    public Stat setAcl(String path, List<Acl> acl, int aclVersion) throws InterruptedException {
        return result(client.setAcl(path, acl, aclVersion));
    }

    /// See [ZabraClient#sync].
    public void sync(String path) throws InterruptedException {
        result(client.sync(path));
    }

    /// Begins a transaction, to be sent with [#commit].
    public Transaction transaction() {
        return client.transaction();
    }

    /// See [Transaction#commit].
    public List<OpResult> commit(Transaction transaction) throws InterruptedException {
        return result(transaction.commit());
    }

    /// See [ZabraClient#addAuth].
    public void addAuth(String scheme, byte @Nullable [] auth) throws InterruptedException {
        result(client.addAuth(scheme, auth));
    }

    public List<ClientInfo> whoAmI() throws InterruptedException {
        return result(client.whoAmI());
    }

    /// See [ZabraClient#config].
    public NodeData config(@Nullable Watcher watcher) throws InterruptedException {
        return result(client.config(watcher));
    }

    /// See [ZabraClient#reconfigure].
    public NodeData reconfigure(
            @Nullable String joining, @Nullable String leaving, @Nullable String members, long fromVersion)
            throws InterruptedException {
        return result(client.reconfigure(joining, leaving, members, fromVersion));
    }

    /// See [ZabraClient#watch].
    public void watch(String path, WatchKind kind, Watcher watcher) throws InterruptedException {
        result(client.watch(path, kind, watcher));
    }

    /// See [ZabraClient#watchStream].
    public WatchStream watchStream(String path, WatchKind kind, int capacity) throws InterruptedException {
        return result(client.watchStream(path, kind, capacity));
    }

    /// See [ZabraClient#removeWatches].
    public void removeWatches(String path, WatchKind kind, boolean locally) throws InterruptedException {
        result(client.removeWatches(path, kind, locally));
    }

    private static <T extends @Nullable Object> T result(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    private static RuntimeException thrown(ExecutionException e) {
        return switch (e.getCause()) {
            case ZabraException failure -> failure.atCaller();
            case RuntimeException failure -> failure;
            case null, default -> new IllegalStateException("A request failed in an unforeseen way", e);
        };
    }
}
