// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.CharsetUtil;
import io.zabra.server.admin.FourLetterWords;
import io.zabra.server.admin.Word;
import io.zabra.server.net.ClientListener;
import io.zabra.server.net.LatencyStats;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Answers four-letter words on the client port, on a thread of its own: answers may be long, look into folders, and
/// ask for names of hosts. A word that finds too many others waiting is closed without an answer.
final class FourLetterWordPort implements ClientListener.FourLetterPort, AutoCloseable {

    private static final int WAITING_MAX = 256;

    private final FourLetterWords words;
    private final ServerStatus status;
    private final LatencyStats stats;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("zabra-words").daemon().factory());

    FourLetterWordPort(FourLetterWords words, ServerStatus status, LatencyStats stats) {
        this.words = words;
        this.status = status;
        this.stats = stats;
    }

    @Override
    public boolean known(int word) {
        return Word.of(word) != null;
    }

    @Override
    public void answer(Channel channel, int code, byte[] argument) {
        Word word = Word.of(code);
        if (word == null) {
            channel.close();
        } else if (word == Word.RUOK || word == Word.TELNET_CLOSE) {
            send(channel, words.answer(word, status));
        } else if (words.needsMask(word) && argument.length >= Long.BYTES) {
            send(channel, words.setTraceMask(ByteBuffer.wrap(argument).getLong()));
        } else {
            answerLater(channel, word);
        }
    }

    private void answerLater(Channel channel, Word word) {
        try {
            thread.execute(() -> {
                try {
                    send(channel, words.answer(word, status));
                } catch (CancellationException _) {
                    channel.close();
                }
            });
        } catch (RejectedExecutionException _) {
            String address = channel.remoteAddress() instanceof InetSocketAddress remote
                    ? remote.getAddress().getHostAddress()
                    : "unknown";
            stats.connectionRefused(address, "too many four-letter words wait for their answers");
            channel.close();
        }
    }

    /// Answers no more words.
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void send(Channel channel, String text) {
        if (!text.isEmpty()) {
            stats.wordAnswered();
        }
        channel.writeAndFlush(channel.alloc().buffer().writeBytes(text.getBytes(CharsetUtil.UTF_8)))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
