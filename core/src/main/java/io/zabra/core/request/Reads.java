// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import static io.zabra.core.request.Answer.DONE;
import static io.zabra.core.request.Answer.failed;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.session.Client;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import io.zabra.core.watch.WatchKind;
import io.zabra.core.watch.WatchRemoval;
import io.zabra.core.watch.Watcher;
import io.zabra.core.watch.Watches;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.AddWatchResponse;
import io.zabra.wire.client.CheckWatchesRequest;
import io.zabra.wire.client.CountResponse;
import io.zabra.wire.client.EncodedChildrenResponse;
import io.zabra.wire.client.EphemeralsResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAclResponse;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WhoAmIRequest;
import io.zabra.wire.client.WhoAmIResponse;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.ArrayList;
import java.util.List;

/// Answers every request that changes nothing, from the tree as it is applied (Apache: the reading half of
/// FinalRequestProcessor). A watch is registered in the same step as its read, so nothing can slip between.
/// Owned by the node.
public final class Reads {

    /// A `multiRead` whose results are larger than this gets no more of them.
    private static final long MULTI_READ_BYTES_MAX = 16L << 20;

    private final DataTree tree;
    private final Watches<Client> watches;
    private final AccessControl access;
    private final WatchCatchUp catchUp;

    public Reads(DataTree tree, Watches<Client> watches, AccessControl access) {
        this.tree = tree;
        this.watches = watches;
        this.access = access;
        this.catchUp = new WatchCatchUp(tree, watches);
    }

    /// Answers `request` of `client`, who was `credentials` when it arrived. Events that catch up on missed changes go
    /// out on the client's link before the answer.
    public Answer answer(Client client, Request request, List<Id> credentials) {
        return switch (request) {
            case GetDataRequest get -> getData(client, get, credentials);
            case ExistsRequest exists -> exists(client, exists, credentials);
            case GetChildrenRequest get -> children(client, get.path(), get.watch(), credentials, false);
            case GetChildren2Request get -> children(client, get.path(), get.watch(), credentials, true);
            case PingRequest _ -> DONE;
            case SyncRequest sync -> Answer.of(new PathResponse(sync.path()));
            case GetAclRequest get -> getAcl(get, credentials);
            case GetAllChildrenNumberRequest count -> countDescendants(count, credentials);
            case GetEphemeralsRequest get -> Answer.of(ephemerals(client, get));
            case MultiReadRequest multi -> multiRead(multi, credentials);
            case AddWatchRequest add -> addWatch(client, add);
            case CheckWatchesRequest check -> checkWatches(client, check);
            case RemoveWatchesRequest remove -> removeWatches(client, remove);
            case SetWatchesRequest set -> catchUp.run(client, set);
            case SetWatches2Request set -> catchUp.run(client, set);
            case WhoAmIRequest _ -> Answer.of(new WhoAmIResponse(access.whoAmI(credentials)));
            default -> throw new IllegalArgumentException("not a read: " + request.op());
        };
    }

    private Answer getData(Client client, GetDataRequest request, List<Id> credentials) {
        Znode node = tree.find(request.path());
        if (node == null) {
            return failed(ErrorCode.NO_NODE);
        }
        if (!access.permits(tree.acl(node), Acl.READ, credentials)) {
            return failed(ErrorCode.NO_AUTH);
        }
        if (request.watch() && !register(client, WatchKind.DATA, request.path())) {
            return failed(ErrorCode.THROTTLED_OP);
        }
        return Answer.of(new GetDataResponse(node.data(), node.stat()));
    }

    private Answer exists(Client client, ExistsRequest request, List<Id> credentials) {
        if (request.path().indexOf('\0') >= 0) {
            return failed(ErrorCode.BAD_ARGUMENTS);
        }
        Znode node = tree.find(request.path());
        if (node != null && !access.permits(tree.acl(node), Acl.READ, credentials)) {
            return failed(ErrorCode.NO_AUTH);
        }
        if (request.watch() && !register(client, WatchKind.DATA, request.path())) {
            return failed(ErrorCode.THROTTLED_OP);
        }
        return node == null ? failed(ErrorCode.NO_NODE) : Answer.of(new StatResponse(node.stat()));
    }

    private Answer children(Client client, String path, boolean watch, List<Id> credentials, boolean withStat) {
        Znode node = tree.find(path);
        if (node == null) {
            return failed(ErrorCode.NO_NODE);
        }
        if (!access.permits(tree.acl(node), Acl.READ, credentials)) {
            return failed(ErrorCode.NO_AUTH);
        }
        if (watch && !register(client, WatchKind.CHILD, path)) {
            return failed(ErrorCode.THROTTLED_OP);
        }
        return Answer.of(new EncodedChildrenResponse(tree.encodedChildren(node), withStat ? node.stat() : null));
    }

    private Answer getAcl(GetAclRequest request, List<Id> credentials) {
        Znode node = tree.find(request.path());
        if (node == null) {
            return failed(ErrorCode.NO_NODE);
        }
        List<Acl> acl = tree.acl(node);
        if (!access.permits(acl, Acl.READ | Acl.ADMIN, credentials)) {
            return failed(ErrorCode.NO_AUTH);
        }
        List<Acl> shown = access.permits(acl, Acl.ADMIN, credentials) ? acl : AccessControl.masked(acl);
        return Answer.of(new GetAclResponse(shown, node.stat()));
    }

    private Answer countDescendants(GetAllChildrenNumberRequest request, List<Id> credentials) {
        Znode node = tree.find(request.path());
        if (node == null) {
            return failed(ErrorCode.NO_NODE);
        }
        if (!access.permits(tree.acl(node), Acl.READ, credentials)) {
            return failed(ErrorCode.NO_AUTH);
        }
        // By its empty name the root counts itself, as in Apache, whose map of znodes holds it by both.
        int itself = request.path().isEmpty() ? 1 : 0;
        return Answer.of(new CountResponse(tree.descendants(request.path()) + itself));
    }

    private EphemeralsResponse ephemerals(Client client, GetEphemeralsRequest request) {
        String prefix = request.prefix();
        if (prefix == null || prefix.isBlank() || prefix.equals("/")) {
            return new EphemeralsResponse(tree.ephemerals(client.sessionId()));
        }
        return new EphemeralsResponse(tree.ephemerals(client.sessionId(), prefix));
    }

    private Answer multiRead(MultiReadRequest request, List<Id> credentials) {
        List<OpResult> results = new ArrayList<>(request.ops().size());
        long bytes = 0;
        for (Request op : request.ops()) {
            if (bytes > MULTI_READ_BYTES_MAX) {
                results.add(new OpResult.Failed(ErrorCode.THROTTLED_OP.number()));
                continue;
            }
            OpResult result = switch (op) {
                case GetDataRequest get -> readData(get.path(), credentials);
                case GetChildrenRequest get -> readChildren(get.path(), credentials);
                default -> throw new IllegalArgumentException("not allowed in multiRead: " + op.op());
            };
            bytes += bytes(result);
            results.add(result);
        }
        return Answer.of(new MultiResponse(results));
    }

    /// What is large of a result.
    private static long bytes(OpResult result) {
        return switch (result) {
            case OpResult.DataRead(byte[] data, var _) -> data == null ? 0 : data.length;
            case OpResult.ChildrenRead(List<String> children) -> {
                long sum = 0;
                for (String child : children) {
                    sum += Integer.BYTES + child.length();
                }
                yield sum;
            }
            default -> 0;
        };
    }

    private OpResult readData(String path, List<Id> credentials) {
        Znode node = tree.find(path);
        if (node == null) {
            return new OpResult.Failed(ErrorCode.NO_NODE.number());
        }
        return access.permits(tree.acl(node), Acl.READ, credentials)
                ? new OpResult.DataRead(node.data(), node.stat())
                : new OpResult.Failed(ErrorCode.NO_AUTH.number());
    }

    private OpResult readChildren(String path, List<Id> credentials) {
        Znode node = tree.find(path);
        if (node == null) {
            return new OpResult.Failed(ErrorCode.NO_NODE.number());
        }
        return access.permits(tree.acl(node), Acl.READ, credentials)
                ? new OpResult.ChildrenRead(tree.children(node))
                : new OpResult.Failed(ErrorCode.NO_AUTH.number());
    }

    private Answer addWatch(Client client, AddWatchRequest request) {
        WatchKind kind = switch (request.mode()) {
            case 0 -> WatchKind.PERSISTENT;
            case 1 -> WatchKind.PERSISTENT_RECURSIVE;
            default -> null;
        };
        if (kind == null) {
            return failed(ErrorCode.MARSHALLING_ERROR);
        }
        return register(client, kind, request.path())
                ? Answer.of(new AddWatchResponse())
                : failed(ErrorCode.THROTTLED_OP);
    }

    private Answer checkWatches(Client client, CheckWatchesRequest request) {
        WatchRemoval which = WatchRemoval.of(request.type());
        if (which == null) {
            return failed(ErrorCode.MARSHALLING_ERROR);
        }
        Watcher<Client> watcher = client.watcher();
        return watcher != null && watches.has(watcher, which, request.path()) ? DONE : failed(ErrorCode.NO_WATCHER);
    }

    private Answer removeWatches(Client client, RemoveWatchesRequest request) {
        WatchRemoval which = WatchRemoval.of(request.type());
        if (which == null) {
            return failed(ErrorCode.MARSHALLING_ERROR);
        }
        Watcher<Client> watcher = client.watcher();
        return watcher != null && watches.remove(watcher, which, request.path()) ? DONE : failed(ErrorCode.NO_WATCHER);
    }

    /// Registers a watch; false when a limit forbids it.
    private boolean register(Client client, WatchKind kind, String path) {
        Watcher<Client> watcher = client.watcher();
        return watcher != null && watches.add(watcher, kind, path);
    }
}
