package edge.starling.verticles.ingress;

import edge.starling.verticles.ingress.DeploymentForm.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.EndOfDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooLongFormFieldException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooManyFormFieldsException;
import io.netty.handler.codec.http.multipart.MemoryFileUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a form apart as its bytes come (RFC 7578). Netty does the work; here its faults become
 * words of ours, and files go on without being collected. Not thread-safe.
 */
final class FormDecoder {
  /** The most bytes of all fields that are no files. */
  static final int MAX_FIELDS = 256 * 1024;

  /** The most bytes of the head of a part, about. */
  static final int MAX_HEAD = 8 * 1024;

  private static final int MAX_PARTS = 1_024;

  /** Whenever a request ends, nothing of it needs to be released. */
  private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  private static final Logger LOG = LoggerFactory.getLogger(FormDecoder.class);

  private final Parts parts;
  private final HttpPostMultipartRequestDecoder decoder;
  private long fieldBytes;
  private boolean holdsCarriageReturn;

  /**
   * Told of the fields in their order, and of the files in theirs. What it throws ends the
   * decoding.
   */
  interface Parts {
    /** A whole part without a file name. */
    void field(Field field);

    /**
     * A part with a file name begins.
     *
     * @return is given its content
     */
    Consumer<byte[]> file(String name, String fileName);
  }

  /**
   * @param contentType of the request; empty for none
   * @throws Unacceptable 400
   */
  FormDecoder(String contentType, Parts parts) {
    this.parts = parts;
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    this.decoder = decoder(head);
  }

  private HttpPostMultipartRequestDecoder decoder(HttpRequest head) {
    try {
      if (HttpPostRequestDecoder.isMultipart(head)) {
        return new HttpPostMultipartRequestDecoder(
            new Factory(), head, StandardCharsets.UTF_8, MAX_PARTS, MAX_HEAD);
      }
    } catch (RuntimeException e) {
      LOG.trace("an unusable boundary or charset", e);
    }
    throw Unacceptable.malformed(
        "the request must be multipart/form-data with a boundary, and the file \"handler\" in it");
  }

  /**
   * @throws Unacceptable 400
   */
  void feed(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    ByteBuf piece = HEAP.heapBuffer(bytes.length + 1);
    if (holdsCarriageReturn) {
      piece.writeByte('\r');
    }
    // At the end of a piece Netty takes the CR of a boundary for a part of the content.
    holdsCarriageReturn = bytes[bytes.length - 1] == '\r';
    piece.writeBytes(bytes, 0, bytes.length - (holdsCarriageReturn ? 1 : 0));
    offer(new DefaultHttpContent(piece));
    takeFields();
    if (decoder.currentPartialHttpData() instanceof Attribute begun) {
      check(begun.getName(), fieldBytes + begun.length());
    }
  }

  /**
   * Nothing more comes.
   *
   * @throws Unacceptable 400 where the form is not whole
   */
  void finish() {
    offer(LastHttpContent.EMPTY_LAST_CONTENT);
    if (!takeFields()) {
      throw Unacceptable.malformed(
          "the form is cut off: it must end with its boundary and \"--\" after that");
    }
  }

  private void offer(HttpContent content) {
    try {
      decoder.offer(content);
    } catch (Unacceptable e) {
      throw e;
    } catch (RuntimeException e) {
      // Not only what Netty declares: it also reads behind the end of what is not there.
      throw Unacceptable.malformed(told(e));
    } finally {
      content.release();
    }
  }

  private static String told(RuntimeException fault) {
    if (fault instanceof TooManyFormFieldsException) {
      return "a form may have " + MAX_PARTS + " parts";
    }
    if (fault instanceof TooLongFormFieldException) {
      return "the head of a part of the form, or what follows the form, may have "
          + MAX_HEAD
          + " bytes";
    }
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    if (cause instanceof UnsupportedCharsetException
        || cause instanceof IllegalCharsetNameException) {
      return "a part of the form has a charset that is not known here; UTF-8 is";
    }
    return "a part of the form cannot be read: its head needs the line Content-Disposition:"
        + " form-data; name=\"…\", a filename* there is UTF-8''percent-encoded, and its"
        + " Content-Transfer-Encoding may be 7bit, 8bit or binary";
  }

  /**
   * @return whether the form has come to its end
   */
  private boolean takeFields() {
    try {
      while (decoder.hasNext()) {
        if (decoder.next() instanceof Attribute field) {
          take(field);
        }
      }
      return false;
    } catch (EndOfDataDecoderException e) {
      return true;
    }
  }

  private void take(Attribute field) {
    fieldBytes += field.length();
    check(field.getName(), fieldBytes);
    Charset charset = field.getCharset();
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(field.get())).toString();
      parts.field(new Field(field.getName(), text));
    } catch (IOException e) {
      throw Unacceptable.malformed(
          "\"" + field.getName() + "\" is not written in " + charset.name());
    }
  }

  private static void check(String name, long bytes) {
    if (bytes > MAX_FIELDS) {
      throw Unacceptable.malformed(
          "with \"%s\" the fields that are no files have more than the %d bytes allowed for all"
                  .formatted(name, MAX_FIELDS)
              + " of them");
    }
  }

  private final class Factory extends DefaultHttpDataFactory {
    Factory() {
      super(false);
    }

    @Override
    public FileUpload createFileUpload(
        HttpRequest request,
        String name,
        String fileName,
        String contentType,
        String encoding,
        Charset charset,
        long size) {
      Consumer<byte[]> to = parts.file(name, fileName);
      return new MemoryFileUpload(name, fileName, contentType, encoding, charset, size) {
        @Override
        public void addContent(ByteBuf content, boolean last) {
          byte[] bytes = ByteBufUtil.getBytes(content);
          content.release();
          this.size += bytes.length;
          if (last) {
            setCompleted();
          }
          to.accept(bytes);
        }
      };
    }
  }
}
