// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes arbitrary legal records from a seed. Components are filled by their types, and left null now and then where
/// the record allows it; the few records with rules of their own are listed in [#record(Class)].
public final class RandomRecords {

    private static final OpCode[] CREATES = {OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER};

    private final Random random;

    public RandomRecords(long seed) {
        random = new Random(seed);
    }

    public <T> T record(Class<T> type) {
        Object made;
        if (type == CreateRequest.class) {
            made = create(random.nextInt());
        } else if (type == MultiRequest.class) {
            made = new MultiRequest(list(this::multiOp));
        } else if (type == MultiReadRequest.class) {
            made = new MultiReadRequest(list(() -> random.nextBoolean()
                    ? new GetDataRequest(string(), false)
                    : new GetChildrenRequest(string(), false)));
        } else if (type == MultiTxn.Op.class) {
            made = multiTxnOp();
        } else if (type == OpResult.class) {
            Class<?>[] kinds = OpResult.class.getPermittedSubclasses();
            made = record(kinds[random.nextInt(kinds.length)]);
        } else if (type == Notification.class) {
            made = notification();
        } else if (QuorumPacket.class.isAssignableFrom(type)) {
            made = quorumPacket(type);
        } else {
            made = anyRecord(type);
        }
        return type.cast(made);
    }

    /// ASCII, other characters of the basic plane, and surrogate-free: only these survive a round trip.
    public String string() {
        StringBuilder made = new StringBuilder();
        boolean ascii = random.nextInt(4) != 0;
        int length = random.nextInt(random.nextInt(8) == 0 ? 600 : 20);
        for (int i = 0; i < length; i++) {
            made.append((char) (ascii || random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0xd800)));
        }
        return made.toString();
    }

    public byte[] bytes() {
        byte[] made = new byte[random.nextInt(random.nextInt(8) == 0 ? 3000 : 20)];
        random.nextBytes(made);
        return made;
    }

    private Object anyRecord(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(c -> value(c.getAnnotatedType(), c.getGenericType()))
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName(), e);
        }
    }

    private @Nullable Object value(AnnotatedType annotated, Type type) {
        if (annotated.isAnnotationPresent(Nullable.class) && random.nextInt(4) == 0) {
            return null;
        }
        if (type instanceof ParameterizedType list) {
            Type element = list.getActualTypeArguments()[0];
            return element == Acl.class && random.nextBoolean() ? Acl.OPEN : list(() -> plain((Class<?>) element));
        }
        return plain((Class<?>) type);
    }

    private Object plain(Class<?> type) {
        if (type == int.class) {
            return random.nextInt();
        } else if (type == long.class) {
            return random.nextLong();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == String.class) {
            return string();
        } else if (type == byte[].class) {
            return bytes();
        }
        return record(type);
    }

    private <T> List<T> list(Supplier<? extends T> element) {
        List<T> made = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            made.add(element.get());
        }
        return made;
    }

    private CreateRequest create(int flags) {
        CreateTtlRequest fields = record(CreateTtlRequest.class);
        OpCode op = flags == CreateMode.CONTAINER.flags() ? OpCode.CREATE_CONTAINER : CREATES[random.nextInt(3)];
        return new CreateRequest(op, fields.path(), fields.data(), fields.acl(), flags);
    }

    private Request multiOp() {
        return switch (random.nextInt(5)) {
            case 0 -> create(random.nextInt(CreateMode.CONTAINER.flags() + 1));
            case 1 -> {
                CreateTtlRequest fields = record(CreateTtlRequest.class);
                int flags = CreateMode.PERSISTENT_WITH_TTL.flags() + random.nextInt(2);
                yield new CreateTtlRequest(fields.path(), fields.data(), fields.acl(), flags, fields.ttlMs());
            }
            case 2 -> record(DeleteRequest.class);
            case 3 -> record(SetDataRequest.class);
            default -> record(CheckVersionRequest.class);
        };
    }

    private Notification notification() {
        PeerState state = PeerState.of(random.nextInt(4));
        if (random.nextInt(3) == 0) {
            var memberships = new Notification.Memberships(string(), "version=" + string(), random.nextLong());
            return new Notification(
                    state,
                    random.nextLong(),
                    random.nextLong(),
                    1,
                    random.nextLong(),
                    Notification.VERSION,
                    memberships);
        }
        return random.nextBoolean()
                ? new Notification(state, random.nextLong(), random.nextLong(), 1, random.nextLong(), string())
                : new Notification(state, random.nextLong(), random.nextLong(), 1, random.nextLong(), 0, "");
    }

    /// Epochs have 32 bits, transactions have a byte at least, and what is unknown has none of the known types.
    private Object quorumPacket(Class<?> type) {
        int epoch = random.nextInt();
        return switch (anyRecord(type)) {
            case QuorumPacket.LearnerInfo p ->
                new QuorumPacket.LearnerInfo(
                        p.observer(), epoch, p.sid(), p.protocolVersion(), p.configVersion(), p.dialect());
            case QuorumPacket.LeaderInfo p -> new QuorumPacket.LeaderInfo(epoch, p.protocolVersion(), p.dialect());
            case QuorumPacket.Proposal p -> new QuorumPacket.Proposal(p.zxid(), someBytes());
            case QuorumPacket.Inform p -> new QuorumPacket.Inform(p.zxid(), someBytes());
            case QuorumPacket.InformAndActivate p ->
                new QuorumPacket.InformAndActivate(p.zxid(), p.leader(), someBytes());
            case QuorumPacket.Unknown p -> new QuorumPacket.Unknown(p.type() | 32);
            case Object other -> other;
        };
    }

    private byte[] someBytes() {
        byte[] made = new byte[1 + random.nextInt(50)];
        random.nextBytes(made);
        return made;
    }

    private MultiTxn.Op multiTxnOp() {
        return switch (random.nextInt(4)) {
            case 0 -> new MultiTxn.Op(OpCode.CREATE.number(), record(CreateTxn.class));
            case 1 -> new MultiTxn.Op(OpCode.DELETE.number(), record(DeleteTxn.class));
            case 2 -> new MultiTxn.Op(OpCode.SET_DATA.number(), record(SetDataTxn.class));
            // A positive number is no code of an error.
            default -> new MultiTxn.Op(OpCode.ERROR.number(), new ErrorTxn(-random.nextInt(130)));
        };
    }
}
