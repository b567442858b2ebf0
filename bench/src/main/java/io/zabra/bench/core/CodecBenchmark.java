// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.core;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Decoding of the common requests and encoding of the common reply.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final String PATH = BareNode.path(12_345);
    private static final byte[] DATA = new byte[100];

    private final byte[] get = encoded(new GetDataRequest(PATH, false));
    private final byte[] set = encoded(new SetDataRequest(PATH, DATA, -1));
    private final byte[] create = encoded(new CreateRequest(OpCode.CREATE, PATH, DATA, Acl.OPEN, 0));
    private final GetDataResponse response = new GetDataResponse(DATA, new Stat(1, 2, 3, 4, 5, 6, 7, 8, 100, 0, 9));
    private final WireWriter out = new WireWriter(1 << 10);

    private static byte[] encoded(Request request) {
        WireWriter out = new WireWriter();
        request.write(out);
        return out.toByteArray();
    }

    @Benchmark
    public Request decodeGetData() {
        return Request.read(OpCode.GET_DATA, new WireReader(get));
    }

    @Benchmark
    public Request decodeSetData() {
        return Request.read(OpCode.SET_DATA, new WireReader(set));
    }

    @Benchmark
    public Request decodeCreate() {
        return Request.read(OpCode.CREATE, new WireReader(create));
    }

    @Benchmark
    public int encodeGetDataResponse() {
        out.reset();
        response.write(out);
        return out.position();
    }
}
