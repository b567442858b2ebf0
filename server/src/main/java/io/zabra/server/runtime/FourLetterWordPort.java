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
import java.nio.ByteBuffer;

/// Answers four-letter words on the client port: as owner of the node, so that an answer is consistent in itself.
final class FourLetterWordPort implements ClientListener.FourLetterPort {

    private final FourLetterWords words;
    private final NodeLoop loop;
    private final ServerStatus status;
    private final LatencyStats stats;

    FourLetterWordPort(FourLetterWords words, NodeLoop loop, ServerStatus status, LatencyStats stats) {
        this.words = words;
        this.loop = loop;
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
            loop.inspect(_ -> send(channel, words.answer(word, status)));
        }
    }

    private void send(Channel channel, String text) {
        if (!text.isEmpty()) {
            stats.wordAnswered();
        }
        channel.writeAndFlush(channel.alloc().buffer().writeBytes(text.getBytes(CharsetUtil.UTF_8)))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
