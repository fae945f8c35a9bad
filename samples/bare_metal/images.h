/*===- images.h - the images in flash -----------------------------*- C -*-===*\
|*
|* images.py makes them: for each a label, then 14 x 14 pixels, a byte each.
|* The last are for testing.
|*
\*===----------------------------------------------------------------------===*/
#ifndef IMAGES_H
#define IMAGES_H

#include <stdint.h>

enum { PIXELS = 14 * 14, CLASSES = 10, TRAIN_IMAGES = 1600, TEST_IMAGES = 200 };

struct image {
  uint8_t label;
  uint8_t pixels[PIXELS];
};

extern const struct image images[TRAIN_IMAGES + TEST_IMAGES];

/* A byte a pixel to a number from 0 to 1, as a network wants it. */
static inline void widen(const struct image *image, float *pixels) {
  for (int i = 0; i < PIXELS; ++i)
    pixels[i] = (float)image->pixels[i] * (1.0f / 255.0f);
}

#endif
