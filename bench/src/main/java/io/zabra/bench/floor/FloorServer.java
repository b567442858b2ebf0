// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.floor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// One thread, one selector: answers each request with canned bytes of the right shape. The requests of one selector
/// round are one batch: if it holds a write, its bytes go to one file and are flushed before any of its replies leave.
public final class FloorServer implements AutoCloseable {

    private static final int BACKLOG = 4096;
    private static final int LOG_BYTES_MAX = 64 << 20;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final FileChannel log;
    private final List<FloorConnection> batch = new ArrayList<>();
    private final CannedReplies replies = new CannedReplies();
    private volatile boolean stopping;
    private final ByteBuffer written = ByteBuffer.allocateDirect(1 << 20);

    /// Listens on loopback; port 0 takes a free one. The log file is created in `folder`.
    public FloorServer(int port, Path folder) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Files.createDirectories(folder);
        log = FileChannel.open(
                folder.resolve("floor.log"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// Reads `dataDir` and `clientPort` from a `zoo.cfg` and serves until the process ends.
    public static void main(String[] args) throws IOException {
        var config = new Properties();
        try (var in = Files.newBufferedReader(Path.of(args[0]))) {
            config.load(in);
        }
        int port = Integer.parseInt(config.getProperty("clientPort"));
        try (var server = new FloorServer(port, Path.of(config.getProperty("dataDir")))) {
            server.serve();
        }
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /// Serves until [#stop()].
    public void serve() throws IOException {
        while (!stopping) {
            round();
        }
        close();
    }

    /// Makes the serving thread end and close all; may be called by any thread.
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void round() throws IOException {
        try {
            selector.select(this::service);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (written.position() > 0) {
            flushLog();
        }
        for (FloorConnection connection : batch) {
            connection.flush();
        }
        batch.clear();
    }

    private void service(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                var connection = (FloorConnection) key.attachment();
                if (connection.read(replies, this::logged)) {
                    batch.add(connection);
                } else {
                    key.channel().close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new FloorConnection(channel));
        }
    }

    private void logged(ByteBuffer frame) {
        if (written.remaining() < frame.remaining()) {
            try {
                flushLog();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        written.put(frame);
    }

    private void flushLog() throws IOException {
        written.flip();
        if (log.position() > LOG_BYTES_MAX) {
            log.position(0);
        }
        while (written.hasRemaining()) {
            log.write(written);
        }
        log.force(false);
        written.clear();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        log.close();
    }
}
