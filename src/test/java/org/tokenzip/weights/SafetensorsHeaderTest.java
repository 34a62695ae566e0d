// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsHeaderTest {
  @Test
  void tensorsAndMetadataAreRead() {
    SafetensorsHeader header =
        parse(
            "{'__metadata__':{'format':'pt'},"
                + "'b':{'dtype':'F16','shape':[2,3],'data_offsets':[4,16]},"
                + "'a':{'data_offsets':[0,4],'shape':[],'dtype':'F32'}}   ",
            16);
    assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThat(header.tensors().values())
        .containsExactly(
            new TensorInfo("b", SafetensorsType.F16, List.of(2L, 3L), 104, 12),
            new TensorInfo("a", SafetensorsType.F32, List.of(), 100, 4));
    assertThat(header.tensors().get("a").elements()).isEqualTo(1);
  }

  @Test
  void aFileMayHoldNothing() {
    assertThat(parse("{}", 0).tensors()).isEmpty();
  }

  @Test
  void emptyTensorsMayLieBetweenOthers() {
    SafetensorsHeader header =
        parse(
            "{'full':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                + "'empty':{'dtype':'F32','shape':[0,5],'data_offsets':[0,0]}}",
            4);
    assertThat(header.tensors().get("empty").length()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        " [1]                     | 0 | expected it to begin with '{'",
        "{                        | 0 | expected a JSON object: Unexpected end-of-input",
        "{} {}                    | 0 | expected nothing after the JSON object, got more JSON",
        "{'a':1}                  | 0 | 'a' must be a JSON object, got '1'",
        "{'a':[]}                 | 0 | 'a' must be a JSON object, got an array",
        "{'a':{}}                 | 0 | tensor 'a' lacks 'dtype'",
        "{'a':{'dtype':'F32','shape':[]}} | 0 | tensor 'a' lacks 'data_offsets'",
        "{'a':{'dtype':'F12'}}    | 0 | BF16, U32, I32, F32, U64, I64, F64, got 'F12'",
        "{'a':{'dtype':7}}        | 0 | dtype of tensor 'a' must be one of BOOL, U8",
        "{'a':{'shape':3}}        | 0 | shape of tensor 'a' must be an array, got '3'",
        "{'a':{'shape':[-1]}}     | 0 | must hold integers from 0 to 2^63-1, got '-1'",
        "{'a':{'shape':[1.5]}}    | 0 | must hold integers from 0 to 2^63-1, got '1.5'",
        "{'a':{'shape':[99999999999999999999]}} | 0 | 2^63-1, got '99999999999999999999'",
        "{'a':{'data_offsets':[0,1,2]}} | 0 | data_offsets of tensor 'a' must have at most 2",
        "{'a':{'stride':[1]}}     | 0 | tensor 'a' has an unknown key 'stride'",
        "{'a':{'shape':[],'shape':[]}} | 0 | tensor 'a' has 'shape' twice",
        "{'__metadata__':{'a':1}} | 0 | metadata 'a' must be a string, got '1'",
        "{'__metadata__':{'a':'','a':''}} | 0 | metadata 'a' occurs twice",
        "{'__metadata__':{},'__metadata__':{}} | 0 | '__metadata__' occurs twice",
      })
  void malformedJsonIsRefused(String header, long dataLength, String complaint) {
    assertRefused(header, dataLength, complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[2] | 0 | 7  | -    | 8 | tensor 'a' of F32 [2] needs 8 bytes, got data_offsets [0, 7]",
        "[2] | 8 | 0  | -    | 8 | tensor 'a' of F32 [2] needs 8 bytes, got data_offsets [8, 0]",
        "[]  | 0 | 0  | -    | 0 | tensor 'a' of F32 [] needs 4 bytes, got data_offsets [0, 0]",
        "[2] | 0 | 8  | -    | 4 | tensor 'a' ends at byte 8 of the data, but the file has only 4",
        "[2] | 0 | 8  | -    | 9 | the tensors need 8 data bytes, but the file has 9",
        "[2] | 1 | 9  | -    | 9 | tensor 'a' must begin at byte 0 of the data where the header ends, got 1 (hole)",
        "[2] | 0 | 8  | 4,8  | 8 | tensor 'z' must begin at byte 8 of the data where tensor 'a' ends, got 4 (overlap)",
        "[2] | 0 | 8  | 9,13 | 13 | tensor 'z' must begin at byte 8 of the data where tensor 'a' ends, got 9 (hole)",
        "[4611686018427387904,2] | 0 | 8 | - | 8 | [4611686018427387904, 2], too large to address",
        "[0,4611686018427387904] | 0 | 0 | - | 0 | [0, 4611686018427387904], too large to address",
        "[2] | 9223372036854775799 | 9223372036854775807 | - | 8 | ends at byte 9223372036854775807",
      })
  void contradictingPlacesAreRefused(
      String shape, long begin, long end, String second, long dataLength, String complaint) {
    String header =
        "{'a':{'dtype':'F32','shape':" + shape + ",'data_offsets':[" + begin + "," + end + "]}";
    if (!second.equals("-")) {
      header += ",'z':{'dtype':'F32','shape':[1],'data_offsets':[" + second + "]}";
    }
    assertRefused(header + "}", dataLength, complaint);
  }

  @Test
  void theSameTensorTwiceIsRefused() {
    String entry = "'a':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}";
    assertRefused("{" + entry + "," + entry + "}", 0, "tensor 'a' occurs twice");
  }

  @Test
  void otherEncodingsAreRefused() {
    byte[] latin = "{\"\u00e9\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SafetensorsHeader.parse("f", latin, 8, 0))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected valid UTF-8");
    byte[] wide = "{\"a\":{}}".getBytes(StandardCharsets.UTF_16LE);
    assertThatThrownBy(() -> SafetensorsHeader.parse("f", wide, 8, 0))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void deepNestingIsRefused() {
    assertRefused("{'a':{'shape':" + "[".repeat(100_000), 0, "must hold integers");
    assertRefused("{'a':{'b':" + "{'b':".repeat(100_000), 0, "unknown key 'b'");
  }

  private static void assertRefused(String header, long dataLength, String complaint) {
    assertThatThrownBy(() -> parse(header, dataLength))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("model.safetensors: malformed safetensors header: ")
        .hasMessageContaining(complaint);
  }

  private static SafetensorsHeader parse(String header, long dataLength) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return SafetensorsHeader.parse("model.safetensors", json, 100, dataLength);
  }
}
