;; The hot loops of Pillow's resampling: 22-bit fixed-point weights, sums of 32 bits, results shifted
;; and clamped to uint8 (narrowing saturates). Integer arithmetic: the same on every machine.
;; Addresses and steps are bytes; weights, starts and lengths are int32. Lengths are at least 1. Up to
;; 15 bytes after the last result are overwritten, and 3 after the last source pixel are read.
;;
;; resample-kernel.json holds this, compiled: test/resample-kernel.test.ts says how, and checks it.
(module
  (memory (export "memory") 1)

  ;; One row of RGB pixels to another: result pixel i weighs lengths[i] pixels from row + starts[i] on.
  (func (export "resampleAcross")
    (param $row i32) (param $starts i32) (param $lengths i32)
    (param $weights i32) (param $weightsStep i32) (param $count i32) (param $write i32)
    (local $sum v128) (local $read i32) (local $weight i32) (local $taps i32)
    (loop $pixels
      (local.set $sum (i32x4.splat (i32.const 2097152))) ;; one half
      (local.set $read (i32.add (local.get $row) (i32.load (local.get $starts))))
      (local.set $taps (i32.load (local.get $lengths)))
      (local.set $weight (local.get $weights))
      (loop $tap
        (local.set $sum (i32x4.add (local.get $sum) (i32x4.mul
          (v128.load32_splat (local.get $weight))
          (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $read)))))))
        (local.set $read (i32.add (local.get $read) (i32.const 3)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $tap (local.tee $taps (i32.sub (local.get $taps) (i32.const 1)))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $write) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $write (i32.add (local.get $write) (i32.const 3)))
      (local.set $starts (i32.add (local.get $starts) (i32.const 4)))
      (local.set $lengths (i32.add (local.get $lengths) (i32.const 4)))
      (local.set $weights (i32.add (local.get $weights) (local.get $weightsStep)))
      (br_if $pixels (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; `length` rows below each other, the first at `first`, to one row of `bytes` bytes.
  (func (export "resampleDown")
    (param $first i32) (param $stride i32) (param $length i32)
    (param $weights i32) (param $bytes i32) (param $write i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) ;; sums of 16 bytes
    (local $samples v128) (local $low v128) (local $high v128) (local $factor v128)
    (local $read i32) (local $weight i32) (local $taps i32)
    (loop $chunks
      (local.set $a (i32x4.splat (i32.const 2097152))) ;; one half
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $read (local.get $first))
      (local.set $weight (local.get $weights))
      (local.set $taps (local.get $length))
      (loop $tap
        (local.set $samples (v128.load (local.get $read)))
        (local.set $low (i16x8.extend_low_i8x16_u (local.get $samples)))
        (local.set $high (i16x8.extend_high_i8x16_u (local.get $samples)))
        (local.set $factor (v128.load32_splat (local.get $weight)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $low)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $low)))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $high)))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $high)))))
        (local.set $read (i32.add (local.get $read) (local.get $stride)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $tap (local.tee $taps (i32.sub (local.get $taps) (i32.const 1)))))
      (v128.store (local.get $write) (i8x16.narrow_i16x8_u
        (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
        (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
      (local.set $first (i32.add (local.get $first) (i32.const 16)))
      (local.set $write (i32.add (local.get $write) (i32.const 16)))
      (br_if $chunks (i32.gt_s (local.tee $bytes (i32.sub (local.get $bytes) (i32.const 16))) (i32.const 0))))))
