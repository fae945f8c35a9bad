/* images.bin, as read-only data. */
        .section .rodata.images, "a", %progbits
        .globl images
        .type images, %object
images: .incbin IMAGES
        .size images, . - images
