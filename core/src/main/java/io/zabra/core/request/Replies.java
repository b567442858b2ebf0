// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.session.ClientLink;
import io.zabra.core.session.Tag;
import io.zabra.core.tree.Applied;
import io.zabra.wire.client.CreateResponse2;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the answer to a write from what its transaction did.
public final class Replies {

    private Replies() {}

    /// Answers the write `tag`, whose transaction `txn` was applied as `zxid` with the result `applied`.
    public static void write(ClientLink link, Tag tag, long zxid, Txn txn, Applied applied) {
        int error = applied instanceof Applied.Failed(int code) ? code : 0;
        link.reply(tag, zxid, error, error == 0 ? body(tag.op(), txn, applied) : null);
    }

    private static @Nullable Response body(OpCode op, Txn txn, Applied applied) {
        return switch (applied) {
            case Applied.Created(var path, var stat) ->
                op == OpCode.CREATE ? new PathResponse(path) : new CreateResponse2(path, stat);
            case Applied.DataSet(var _, var stat) ->
                op == OpCode.RECONFIG ? new GetDataResponse(((SetDataTxn) txn).data(), stat) : new StatResponse(stat);
            case Applied.AclSet(var _, var stat) -> new StatResponse(stat);
            case Applied.Multi(var results) -> multi(((MultiTxn) txn).ops(), results);
            case Applied.Deleted _, Applied.Checked _, Applied.SessionCreated _, Applied.SessionClosed _ -> null;
            case Applied.Failed _ -> null;
        };
    }

    private static MultiResponse multi(List<MultiTxn.Op> ops, List<Applied> applied) {
        List<OpResult> results = new ArrayList<>(applied.size());
        for (int i = 0; i < applied.size(); i++) {
            results.add(result(ops.get(i).type(), applied.get(i)));
        }
        return new MultiResponse(results);
    }

    private static OpResult result(int type, Applied applied) {
        return switch (applied) {
            case Applied.Created(var path, var stat) ->
                type == OpCode.CREATE.number() ? new OpResult.Created(path) : new OpResult.Created2(path, stat);
            case Applied.Deleted _ -> new OpResult.Deleted();
            case Applied.DataSet(var _, var stat) -> new OpResult.DataSet(stat);
            case Applied.Checked _ -> new OpResult.Checked();
            case Applied.Failed(int error) -> new OpResult.Failed(error);
            case Applied.AclSet _, Applied.SessionCreated _, Applied.SessionClosed _, Applied.Multi _ ->
                throw new IllegalArgumentException("not a part of a multi: " + applied);
        };
    }
}
