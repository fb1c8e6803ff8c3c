// Keys and certificates that were created with openssl. The values in the comments are output of openssl.

/** An instance identity: base64 of the SubjectPublicKeyInfo of an RSA key of 2,048 bits. */
export const RSA_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr7m9XZypC9rGmkr7gkI1Da7o5g6M7BDxjOqZMmpbavh8AZkt' +
  '5OoaP+b3As85/g768aDo7aTwugVoSFuXZGC9lsdnMp38f4Hdg1rRtbIt/PHHmemkOYMsDyx/n4HD+mt0kciPqlafRDLC' +
  'YlGW2ZRYm+Wp++JHZOLqSEUi/DFpjuJPKJxFrMHDXpfhEcTnQsbrIbrYllhEXycZuhfJsdKrB+MBNm3zhTFgWOf6niuR' +
  'BzjPPN09O3Uh+Qf3iTrWMDMpyeA9zDNZFG4PKxMYgL+uX9PZ+Eb4rewHDYtfYJB9Dfb5hMQnAZ67QK+0O06HHpPLIuZC' +
  'Iki1CTK+MxzjuceVJQIDAQAB';

/** `openssl md5 -c` of its DER. */
export const RSA_MD5 = 'aa:8e:4b:0e:b6:3f:8e:9d:f1:b9:c8:16:bf:e9:c1:bf';

/** `openssl sha256` of its DER. */
export const RSA_SHA256 = '45f79b6badea92cfb1ebd466ba67d6a95680968b567f66a0d6634ef3a9cf656a';

/** A self-signed certificate of that key, DER in base64. */
export const RSA_CERTIFICATE =
  'MIIDDTCCAfWgAwIBAgIUJxEMeT8xYdO1yhtkky3AnNZFL9EwDQYJKoZIhvcNAQELBQAwFTETMBEGA1UEAwwKY29udHJv' +
  'bGxlcjAgFw0yNjExMjQxMTQ5NDlaGA8yMTI2MTAzMTExNDk0OVowFTETMBEGA1UEAwwKY29udHJvbGxlcjCCASIwDQYJ' +
  'KoZIhvcNAQEBBQADggEPADCCAQoCggEBAK+5vV2cqQvaxppK+4JCNQ2u6OYOjOwQ8YzqmTJqW2r4fAGZLeTqGj/m9wLP' +
  'Of4O+vGg6O2k8LoFaEhbl2RgvZbHZzKd/H+B3YNa0bWyLfzxx5nppDmDLA8sf5+Bw/prdJHIj6pWn0QywmJRltmUWJvl' +
  'qfviR2Ti6khFIvwxaY7iTyicRazBw16X4RHE50LG6yG62JZYRF8nGboXybHSqwfjATZt84UxYFjn+p4rkQc4zzzdPTt1' +
  'IfkH94k61jAzKcngPcwzWRRuDysTGIC/rl/T2fhG+K3sBw2LX2CQfQ32+YTEJwGeu0CvtDtOhx6TyyLmQiJItQkyvjMc' +
  '47nHlSUCAwEAAaNTMFEwHQYDVR0OBBYEFO5BKV2UI6FnmgPUQtBC2basK/NuMB8GA1UdIwQYMBaAFO5BKV2UI6FnmgPU' +
  'QtBC2basK/NuMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAAr5jf8XV/rG7oVjnVYGDKB6VRnpLQC7' +
  'kOZdVoAZP9MgM/L/P7PV+cQj74Qv7SOx0y+ebiV7pkPoU5jAf4JdFJAJ7SETBU7oA/7hbs3m8R9AlN18V+RZxD+YQlSR' +
  '8BGUX8f25f72hormN3d9NZ6jKTUL9zC5Q6r+UWwm5UmBp3J9uEJN1/r6IwcdsdEUIkSZIkopPsjnP9EeafBNC+ECZJOm' +
  'jKaAhcBYBM2YY1pDno4/xaE/vtHI6aK9a0nx1FfgLzE47zdceE9kBI5rPRUSoSpQjfJnbPA+bk3TFiFAubLX59WIpwdp' +
  'H7Y7bpMQmDN5hYxDj0PejLfGApq00sYrjsQ=';

/** A key on the curve P-256, and a self-signed certificate of it. */
export const EC_KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWabhmx/ETDMPp42JpReWGYQ88tpFu/MQrU3J359Kb3i5rjNIFQGiLYmy' +
  'hMR4nwP08ix5whyFmOXy6uyc4mhDDA==';

export const EC_CERTIFICATE =
  'MIIBgjCCASegAwIBAgIUcmIR0jl/LPfv1g/tRmTYN/DBm+YwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKY29udHJvbGxl' +
  'cjAgFw0yNjExMjQxMTQ5NDlaGA8yMTI2MTAzMTExNDk0OVowFTETMBEGA1UEAwwKY29udHJvbGxlcjBZMBMGByqGSM49' +
  'AgEGCCqGSM49AwEHA0IABFmm4ZsfxEwzD6eNiaUXlhmEPPLaRbvzEK1Nyd+fSm94ua4zSBUBoi2JsoTEeJ8D9PIsecIc' +
  'hZjl8ursnOJoQwyjUzBRMB0GA1UdDgQWBBSQR4kKdpPME8ddo9xwvi597EHLCTAfBgNVHSMEGDAWgBSQR4kKdpPME8dd' +
  'o9xwvi597EHLCTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDFFBY//5mgSApBAHjAHv8Pj+dzqw/P' +
  'xAYhejxBOJ5yugIhAOTiJx8mhk9AWC56H63HQLm3hYyVERyYHMJxrDEdMgLq';
