// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.client.transport.ConnectString;
import io.zabra.client.transport.Paths;
import io.zabra.client.transport.ServerList;
import io.zabra.client.transport.SocketTransport;
import io.zabra.client.transport.Transport;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.client.CountResponse;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateResponse2;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.EphemeralsResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAclResponse;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildren2Response;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetAclRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WhoAmIRequest;
import io.zabra.wire.client.WhoAmIResponse;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A session with an ensemble: the way to all znodes.
///
/// Each operation returns at once with a future. Requests go out in the order in which they are made, without waiting
/// for the answers of earlier ones, and are answered in that order. Futures complete, and watchers are called, on the
/// executor one after another. A future fails with a [ZabraException]. What cannot be sent throws at once: a path that
/// breaks the rules [IllegalArgumentException], a request over the [ClientLimits] [ZabraException.Overloaded] or
/// [ZabraException.RequestTooLong]. Any thread may call any method.
///
/// Replaces Apache's `ZooKeeper` and `ZooKeeperAdmin`.
public final class ZabraClient implements AutoCloseable {

    /// For `version` parameters: whatever version the znode has.
    public static final int ANY_VERSION = -1;

    private static final String CONFIG_NODE = "/zookeeper/config";

    private final SessionLoop loop;
    private final Executor executor;
    private final Thread thread;
    private final Set<WatchStream> streams;

    /// True in the client behind [BlockingClient]: its futures complete on the I/O thread, no application code sees
    /// them.
    private final boolean direct;

    private final BlockingClient blocking;

    private ZabraClient(SessionLoop loop, Executor executor, Set<WatchStream> streams) {
        this.loop = loop;
        this.executor = executor;
        this.streams = streams;
        this.direct = false;
        this.thread = Thread.ofPlatform().daemon().name("zabra-client-io").unstarted(loop);
        this.blocking = new BlockingClient(new ZabraClient(this));
    }

    private ZabraClient(ZabraClient shared) {
        this.loop = shared.loop;
        this.executor = shared.executor;
        this.streams = shared.streams;
        this.direct = true;
        this.thread = shared.thread;
        this.blocking = new BlockingClient(this);
    }

    /// Begins a client for the servers, and within the subtree, of a connect string such as `a:2181,b:2181/app`.
    public static Builder builder(String connectString) {
        return new Builder(ConnectString.parse(connectString));
    }

    /// The same operations for threads that may wait.
    public BlockingClient blocking() {
        return blocking;
    }

    public SessionState state() {
        return loop.state();
    }

    /// The id of the session; 0 before the first connection.
    public long sessionId() {
        return loop.sessionId();
    }

    /// The timeout that the server has granted; before the first connection, the one asked for.
    public int sessionTimeoutMs() {
        return loop.timeoutMs();
    }

    /// The server that the client is connected to, or tried last.
    public Optional<InetSocketAddress> server() {
        return Optional.ofNullable(loop.server());
    }

    /// Done when a server was reached for the first time.
    public CompletableFuture<@Nullable Void> connected() {
        return direct ? loop.firstConnection() : loop.firstConnection().thenRunAsync(() -> {}, executor);
    }

    /// Creates a znode that everybody may do everything with.
    public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateMode mode) {
        return create(path, data, mode, Acl.OPEN);
    }

    public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        return created(path, creation(rooted(path, mode.isSequential()), data, mode, acl));
    }

    /// Creates a persistent znode, sequential or not, that is deleted when it had no children and was not changed for
    /// `ttlMs`. Servers must have extended types enabled.
    public CompletableFuture<Created> createWithTtl(
            String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl, long ttlMs) {
        if (!mode.isTtl()) {
            throw new IllegalArgumentException(mode + " is not a mode with a TTL");
        }
        String rooted = rooted(path, mode.isSequential());
        return created(path, new CreateTtlRequest(rooted, data, acl, mode.flags(), ttlMs));
    }

    private CompletableFuture<Created> created(String path, Request request) {
        return send(request, path, response -> {
            CreateResponse2 created = (CreateResponse2) response;
            return new Created(WatchRegistry.unrooted(loop.chroot(), created.path()), created.stat());
        });
    }

    // The class file of a record with a compact constructor has lost that the array may be null.
    @SuppressWarnings("NullAway")
    static Request creation(String rooted, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        if (mode.isTtl()) {
            throw new IllegalArgumentException(mode + " needs a TTL");
        }
        OpCode op = mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE2;
        return new CreateRequest(op, rooted, data, acl, mode.flags());
    }

    /// Deletes a znode that has no children and this version.
    public CompletableFuture<@Nullable Void> delete(String path, int version) {
        return send(new DeleteRequest(rooted(path), version), path, response -> null);
    }

    /// The Stat of a znode; empty if there is no such znode.
    public CompletableFuture<Optional<Stat>> exists(String path) {
        return exists(path, null);
    }

    /// The Stat of a znode; empty if there is no such znode. Either way the watcher hears of the next change.
    public CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher) {
        CompletableFuture<Optional<Stat>> result = new CompletableFuture<>();
        submit(new ExistsRequest(rooted(path), watcher != null), path, new Call.Answer() {
            @Override
            public void answered(Response response) {
                enter(WatchRegistry.Table.DATA, path, watcher);
                complete(result, Optional.of(((StatResponse) response).stat()));
            }

            @Override
            public void failed(ZabraException failure) {
                if (failure instanceof ZabraException.NoNode) {
                    enter(WatchRegistry.Table.EXIST, path, watcher);
                    complete(result, Optional.empty());
                } else {
                    fail(result, failure);
                }
            }
        });
        return result;
    }

    /// Data and Stat of a znode.
    public CompletableFuture<NodeData> data(String path) {
        return data(path, null);
    }

    /// Data and Stat of a znode; the watcher hears of the next change of the data, or that the znode is gone.
    public CompletableFuture<NodeData> data(String path, @Nullable Watcher watcher) {
        Request request = new GetDataRequest(rooted(path), watcher != null);
        return send(request, path, response -> {
            enter(WatchRegistry.Table.DATA, path, watcher);
            return data(response);
        });
    }

    private static NodeData data(Response response) {
        GetDataResponse found = (GetDataResponse) response;
        return new NodeData(found.data(), found.stat());
    }

    public CompletableFuture<Stat> setData(String path, byte @Nullable [] data, int version) {
        return send(
                new SetDataRequest(rooted(path), data, version), path, response -> ((StatResponse) response).stat());
    }

    /// The names of a znode's children.
    public CompletableFuture<Children> children(String path) {
        return children(path, null);
    }

    /// The names of a znode's children; the watcher hears when a child comes or goes, or the znode is gone.
    public CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
        Request request = new GetChildren2Request(rooted(path), watcher != null);
        return send(request, path, response -> {
            enter(WatchRegistry.Table.CHILD, path, watcher);
            GetChildren2Response found = (GetChildren2Response) response;
            return new Children(found.children(), found.stat());
        });
    }

    /// How many znodes there are below a znode, at any depth.
    public CompletableFuture<Integer> descendantCount(String path) {
        return send(
                new GetAllChildrenNumberRequest(rooted(path)), path, response -> ((CountResponse) response).count());
    }

    /// The paths of this session's ephemeral znodes that begin with this text.
    public CompletableFuture<List<String>> ephemerals(String prefix) {
        return send(
                new GetEphemeralsRequest(rooted(prefix)),
                prefix,
                response -> ((EphemeralsResponse) response)
                        .paths().stream()
                                .map(path -> WatchRegistry.unrooted(loop.chroot(), path))
                                .toList());
    }

    public CompletableFuture<NodeAcl> acl(String path) {
        return send(new GetAclRequest(rooted(path)), path, response -> {
            GetAclResponse found = (GetAclResponse) response;
            return new NodeAcl(found.acl(), found.stat());
        });
    }

    /// Replaces the ACL of a znode whose ACL has this version.
    public CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int aclVersion) {
        return send(
                new SetAclRequest(rooted(path), acl, aclVersion), path, response -> ((StatResponse) response).stat());
    }

    /// Done when the server has caught up with all that was written anywhere before; reads after it see that.
    public CompletableFuture<@Nullable Void> sync(String path) {
        return send(new SyncRequest(rooted(path)), path, response -> null);
    }

    /// Begins writes that happen all together or not at all.
    public Transaction transaction() {
        return new Transaction(this, loop);
    }

    /// Presents a credential, now and on every later connection. If a server refuses it the session ends with
    /// `AUTH_FAILED`.
    public CompletableFuture<@Nullable Void> addAuth(String scheme, byte @Nullable [] auth) {
        return send(new AuthRequest(0, scheme, auth), null, response -> null);
    }

    /// Who the server takes this client for: one entry a credential.
    public CompletableFuture<List<ClientInfo>> whoAmI() {
        return send(new WhoAmIRequest(), null, response -> ((WhoAmIResponse) response).clients());
    }

    /// The members of the ensemble, as the text of `/zookeeper/config`; the watcher hears of the next change.
    public CompletableFuture<NodeData> config(@Nullable Watcher watcher) {
        return send(new GetDataRequest(CONFIG_NODE, watcher != null), CONFIG_NODE, response -> {
            enter(WatchRegistry.Table.DATA, CONFIG_NODE, watcher);
            return data(response);
        });
    }

    /// Changes the members of the ensemble: either servers that join (`server.N=...`, comma separated) and ids that
    /// leave, or all members. `fromVersion` is the version of the configuration that this builds on, -1 for any.
    public CompletableFuture<NodeData> reconfigure(
            @Nullable String joining, @Nullable String leaving, @Nullable String members, long fromVersion) {
        return send(new ReconfigRequest(joining, leaving, members, fromVersion), null, ZabraClient::data);
    }

    /// Sets a watch that stays until it is removed. `kind` is `PERSISTENT` or `PERSISTENT_RECURSIVE`.
    public CompletableFuture<@Nullable Void> watch(String path, WatchKind kind, Watcher watcher) {
        WatchRegistry.Table table = kind == WatchKind.PERSISTENT
                ? WatchRegistry.Table.PERSISTENT
                : WatchRegistry.Table.PERSISTENT_RECURSIVE;
        return send(new AddWatchRequest(rooted(path), kind.addMode()), path, response -> {
            enter(table, path, watcher);
            return null;
        });
    }

    /// Sets a watch that stays and gives its events as a stream that keeps at most `capacity` of them.
    public CompletableFuture<WatchStream> watchStream(String path, WatchKind kind, int capacity) {
        WatchStream[] made = new WatchStream[1];
        Watcher watcher = event -> made[0].offer(event);
        WatchStream stream = new WatchStream(path, capacity, () -> {
            streams.remove(made[0]);
            loop.forget(watcher, path, kind);
        });
        made[0] = stream;
        return watch(path, kind, watcher).thenApply(nothing -> {
            streams.add(stream);
            if (!state().isAlive()) {
                stream.end();
            }
            return stream;
        });
    }

    /// Removes all watches of a kind from a path and tells their watchers so. With `locally` also when no server can be
    /// asked. Fails with [ZabraException.NoWatcher] if there is no such watch.
    public CompletableFuture<@Nullable Void> removeWatches(String path, WatchKind kind, boolean locally) {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        submit(new RemoveWatchesRequest(rooted(path), kind.number()), path, new Call.Answer() {
            @Override
            public void answered(Response response) {
                removed();
            }

            @Override
            public void failed(ZabraException failure) {
                if (locally) {
                    removed();
                } else {
                    fail(result, failure);
                }
            }

            private void removed() {
                if (!loop.watches().contains(kind, path)) {
                    fail(result, new ZabraException.NoWatcher(path));
                    return;
                }
                loop.watches()
                        .remove(kind, path)
                        .forEach((type, watchers) -> loop.tell(watchers, new WatchEvent(type, path, -1)));
                complete(result, null);
            }
        });
        return result;
    }

    /// Ends the session after the requests made so far: its ephemeral znodes go. Waits until the server has confirmed
    /// it, or cannot be reached.
    @Override
    public void close() {
        loop.close();
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // How a request becomes a future.

    /// Makes the result of an answer on the I/O thread.
    interface Decoding<T extends @Nullable Object> {
        @Nullable
        T result(Response response);
    }

    <T extends @Nullable Object> CompletableFuture<T> send(
            Request request, @Nullable String path, Decoding<T> decoding) {
        CompletableFuture<T> result = new CompletableFuture<>();
        submit(request, path, new Call.Answer() {
            @Override
            public void answered(Response response) {
                complete(result, decoding.result(response));
            }

            @Override
            public void failed(ZabraException failure) {
                fail(result, failure);
            }
        });
        return result;
    }

    void submit(Request request, @Nullable String path, Call.Answer answer) {
        byte[] frame = Call.frame(0, request);
        int limit = loop.limits().maxRequestBytes();
        if (frame.length - Integer.BYTES > limit) {
            throw new ZabraException.RequestTooLong(
                    "The request has " + (frame.length - Integer.BYTES) + " bytes, servers accept " + limit);
        }
        loop.submit(new Call(request.op(), frame, path, answer));
    }

    <T extends @Nullable Object> void complete(CompletableFuture<T> result, @Nullable T value) {
        if (direct) {
            result.complete(value);
        } else {
            loop.delivery().deliver(() -> result.complete(value));
        }
    }

    <T extends @Nullable Object> void fail(CompletableFuture<T> result, ZabraException failure) {
        if (direct) {
            result.completeExceptionally(failure);
        } else {
            loop.delivery().deliver(() -> result.completeExceptionally(failure));
        }
    }

    private void enter(WatchRegistry.Table table, String path, @Nullable Watcher watcher) {
        if (watcher != null) {
            loop.watches().add(table, path, watcher);
        }
    }

    private String rooted(String path) {
        return rooted(path, false);
    }

    String rooted(String path, boolean sequential) {
        Paths.check(sequential ? path + "0" : path);
        return WatchRegistry.rooted(loop.chroot(), path);
    }

    /// Collects what a client is made with. All settings have defaults.
    public static final class Builder {

        private static final int DEFAULT_TIMEOUT_MS = 30_000;

        private final ConnectString servers;
        private int sessionTimeoutMs = DEFAULT_TIMEOUT_MS;
        private boolean readOnlyAllowed;
        private final List<AuthRequest> credentials = new ArrayList<>();
        private ClientLimits limits = ClientLimits.DEFAULT;
        private @Nullable Executor executor;
        private Consumer<SessionState> stateListener = state -> {};
        private Consumer<IOException> failureListener = failure -> {};
        private Supplier<Transport> transport = SocketTransport::new;

        private Builder(ConnectString servers) {
            if (!servers.chroot().isEmpty()) {
                Paths.check(servers.chroot());
            }
            this.servers = servers;
        }

        /// How long the session outlives a lost connection; the server may grant less or more.
        public Builder sessionTimeoutMs(int timeoutMs) {
            this.sessionTimeoutMs = timeoutMs;
            return this;
        }

        /// Also take servers that have lost their ensemble; they answer reads, perhaps with old state.
        public Builder readOnlyAllowed(boolean allowed) {
            this.readOnlyAllowed = allowed;
            return this;
        }

        /// A credential to present on every connection.
        public Builder auth(String scheme, byte[] auth) {
            credentials.add(new AuthRequest(0, scheme, auth));
            return this;
        }

        public Builder limits(ClientLimits clientLimits) {
            this.limits = clientLimits;
            return this;
        }

        /// Where futures complete and watchers are called; by default, a virtual thread while there is something to do.
        public Builder executor(Executor callbacks) {
            this.executor = callbacks;
            return this;
        }

        /// Hears of every change of the session's state, on the executor, in order with the watch events.
        public Builder onState(Consumer<SessionState> listener) {
            this.stateListener = listener;
            return this;
        }

        /// Hears, on the executor, of each attempt to connect that fails and of each connection that is lost; the
        /// message names the server and the reason.
        public Builder onConnectionFailure(Consumer<IOException> listener) {
            this.failureListener = listener;
            return this;
        }

        /// Another way to reach servers than plain TCP.
        public Builder transport(Supplier<Transport> supplier) {
            this.transport = supplier;
            return this;
        }

        /// Starts the client. It connects by itself, in the background; [ZabraClient#connected] tells when.
        public ZabraClient connect() {
            Executor callbacks = executor == null
                    ? Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("zabra-client").factory())
                    : executor;
            Set<WatchStream> streams = ConcurrentHashMap.newKeySet();
            Consumer<SessionState> listener = stateListener;
            Consumer<SessionState> tellAll = state -> {
                if (!state.isAlive()) {
                    streams.forEach(WatchStream::end);
                }
                listener.accept(state);
            };
            ClientOptions options = new ClientOptions(
                    servers,
                    sessionTimeoutMs,
                    readOnlyAllowed,
                    List.copyOf(credentials),
                    limits,
                    tellAll,
                    failureListener,
                    transport);
            ServerList list = new ServerList(servers.servers(), ThreadLocalRandom.current());
            ZabraClient client = new ZabraClient(new SessionLoop(options, list, callbacks), callbacks, streams);
            client.thread.start();
            return client;
        }
    }
}
