// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plain TCP over a selector.
public final class SocketTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);

    private final Selector selector;
    private final AtomicBoolean woken = new AtomicBoolean();
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;

    /// A connection on the same machine can be there before anybody waits; the next `await` reports it all the same.
    private boolean connectedAtOnce;

    public SocketTransport() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("No selector can be opened", e);
        }
    }

    @Override
    public void connect(InetSocketAddress address) throws IOException {
        disconnect();
        if (address.isUnresolved()) {
            throw new IOException("Unknown host " + address.getHostString());
        }
        SocketChannel opened = SocketChannel.open();
        channel = opened;
        opened.configureBlocking(false);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        key = opened.register(selector, SelectionKey.OP_CONNECT);
        connectedAtOnce = opened.connect(address);
    }

    @Override
    public Ready await(long timeoutMs, boolean read, boolean write) throws IOException {
        SelectionKey present = key;
        if (present != null && present.isValid() && isConnected()) {
            present.interestOps((read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0));
        }
        if (timeoutMs <= 0 || connectedAtOnce) {
            selector.selectNow();
        } else {
            selector.select(timeoutMs);
        }
        // From here on a new wake-up must reach the selector again. Whoever called before this line has already left
        // its work where the caller of `await` looks next.
        woken.set(false);
        // A key that was not selected this time still shows what it was ready for the last time.
        boolean selected = present != null && selector.selectedKeys().contains(present);
        selector.selectedKeys().clear();
        SocketChannel open = channel;
        if (present == null || open == null || !present.isValid()) {
            return new Ready(false, false);
        }
        boolean connected = connectedAtOnce || (selected && present.isConnectable() && open.finishConnect());
        connectedAtOnce = false;
        if (connected) {
            present.interestOps(SelectionKey.OP_READ);
        }
        return new Ready(connected, selected && present.isReadable());
    }

    private boolean isConnected() {
        SocketChannel present = channel;
        return present != null && present.isConnected();
    }

    @Override
    public void wakeUp() {
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return connection().read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        connection().write(source);
    }

    private SocketChannel connection() throws IOException {
        SocketChannel present = channel;
        if (present == null) {
            throw new IOException("Not connected");
        }
        return present;
    }

    @Override
    public void disconnect() {
        SocketChannel present = channel;
        if (present != null) {
            channel = null;
            key = null;
            connectedAtOnce = false;
            closeQuietly(present);
            deregister();
        }
    }

    /// A closed channel leaves its selector, and gives its file descriptor back, only with the next selection.
    private void deregister() {
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException("The selector failed", e);
        }
        // That selection may have eaten a wake-up. Its sender's work lies ready and is looked at before the next
        // `await`.
        woken.set(false);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A connection that was given up did not close cleanly", e);
        }
    }

    @Override
    public void close() {
        disconnect();
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The selector cannot be closed", e);
        }
    }
}
