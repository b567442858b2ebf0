// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a lock costs without waiting for it: create a sequential ephemeral znode in one shared folder, list the folder,
/// delete the znode. One operation is the whole chain; one request in flight a session.
final class LockChain implements Workload {

    private static final String FOLDER = DataSet.ROOT + "/tree-p00000000";

    private final Template create = Template.of(new CreateRequest(
            OpCode.CREATE, FOLDER + "/lock-", new byte[0], Acl.OPEN, CreateMode.EPHEMERAL_SEQUENTIAL.flags()));
    private final Template list = Template.of(new GetChildrenRequest(FOLDER, false));
    private final Step[] steps;
    private final String[] locks;

    LockChain(int sessions) {
        steps = new Step[sessions];
        locks = new String[sessions];
        Arrays.fill(steps, Step.CREATE);
        Arrays.fill(locks, "");
    }

    @Override
    public void next(int session, int xid, ByteBuffer out) {
        switch (steps[session]) {
            case CREATE -> create.put(out, xid);
            case LIST -> list.put(out, xid);
            case DELETE -> Template.of(new DeleteRequest(locks[session], -1)).put(out, xid);
        }
    }

    @Override
    public int maxFrameLength() {
        return 512;
    }

    @Override
    public boolean readsBodies() {
        return true;
    }

    @Override
    public boolean completed(int session, int error, ByteBuffer body, int bodyLength) {
        if (error != 0) {
            steps[session] = Step.CREATE;
            return true;
        }
        return switch (steps[session]) {
            case CREATE -> {
                byte[] path = new byte[body.getInt()];
                body.get(path);
                locks[session] = new String(path, StandardCharsets.UTF_8);
                steps[session] = Step.LIST;
                yield false;
            }
            case LIST -> {
                steps[session] = Step.DELETE;
                yield false;
            }
            case DELETE -> {
                steps[session] = Step.CREATE;
                yield true;
            }
        };
    }

    private enum Step {
        CREATE,
        LIST,
        DELETE
    }
}
