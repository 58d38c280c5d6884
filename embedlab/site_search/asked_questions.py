"""Questions that the book asks itself, with the places that answer them and the one that asks."""

TABLE = """
what happens to the distance between two words when the vocabulary doubles
    01-one-hot#every-word-is-equally-far-from-every-other
    asked at 01-one-hot#check-yourself
What does multiplying e_w with E compute?
    01-one-hot#one-hot-times-matrix-is-a-lookup
    asked at 01-one-hot#check-yourself
What does a model with one weight per word say about kitten after it has seen cat?
    01-one-hot#nothing-learned-about-one-word-reaches-another
    asked at 01-one-hot#check-yourself
Doubling the vector of cat changes which of these?
    02-dense#dot-product-norm-cosine 02-dense#properties-with-their-conditions
    asked at 02-dense#check-yourself
In some embedding, the cosine of good and bad is 0.8. What follows?
    02-dense#our-learned-words 02-dense#what-an-angle-means 02-dense#where-analogies-fail
    02-dense#what-goes-wrong-misreadings-and-the-sources-mistakes glossary#term-antonym
    asked at 02-dense#check-yourself
An analogy comes out right only if the three query words are left out. What might that tell you?
    02-dense#leaving-the-question-s-words-out interview#where-does-vector-arithmetic-fail
    asked at 02-dense#check-yourself
A sentence has 10 words and the window is ±2. How many pairs does skip-gram get?
    03-word2vec#how-many-pairs 03-word2vec#from-text-to-training-pairs
    asked at 03-word2vec#check-yourself
You widen the window from 1 to 10. Which words move towards paris?
    03-word2vec#what-the-window-does
    asked at 03-word2vec#check-yourself
Two words never occur in one sentence of the text. What does GloVe's objective say about them?
    04-glove#what-never-meets
    asked at 04-glove#check-yourself
A ratio of probabilities is about 1. What can be said of the word k?
    04-glove#ice-and-steam 04-glove#the-same-on-real-text
    asked at 04-glove#check-yourself
How many n-grams of 3 to 6 characters does cat have, with its marks?
    05-fasttext#the-idea-share-the-letters 05-fasttext#the-mathematics
    asked at 05-fasttext#check-yourself
A model has never seen hound and knows dog well. What does FastText know about hound?
    05-fasttext#what-subwords-cannot-do 05-fasttext#words-that-were-never-seen
    asked at 05-fasttext#check-yourself
Two pieces fall into the same bucket. What happens?
    05-fasttext#hashing-two-million-rows-for-any-number-of-pieces glossary#term-bucket
    glossary#term-collision
    asked at 05-fasttext#check-yourself
Why are one-hot vectors inadequate for a neural network that reads text?
    01-one-hot#nothing-learned-about-one-word-reaches-another
    01-one-hot#every-word-is-equally-far-from-every-other 01-one-hot#exercises
    asked at interview#why-are-one-hot-vectors-inadequate-for-a-neural-network-that-reads-text
Explain skip-gram and CBOW in one minute.
    03-word2vec#the-idea-a-guessing-game-in-two-directions 03-word2vec#cbow glossary#term-CBOW
    glossary#term-skip-gram
    asked at interview#explain-skip-gram-and-cbow-in-one-minute
What problem does negative sampling solve?
    03-word2vec#negative-sampling-tell-the-neighbor-from-impostors
    03-word2vec#doing-without-the-sum-over-all-words glossary#term-negative-sampling
    asked at interview#what-problem-does-negative-sampling-solve
How does GloVe differ from Word2Vec?
    04-glove#six-ways-to-the-vectors 04-glove#they-read-the-same-table 04-glove#glove
    glossary#term-GloVe
    asked at interview#how-does-glove-differ-from-word2vec
What is the out-of-vocabulary problem, and what does FastText do about it?
    05-fasttext#words-that-were-never-seen 01-one-hot#a-word-outside-the-list-does-not-exist
    glossary#term-out-of-vocabulary-word 05-fasttext#fasttext
    asked at interview#what-is-the-out-of-vocabulary-problem-and-what-does-fasttext-do-about-it
What is cosine similarity, and when do you prefer it to Euclidean distance?
    02-dense#dot-product-norm-cosine 02-dense#properties-with-their-conditions
    glossary#term-cosine-similarity
    asked at interview#what-is-cosine-similarity-and-when-do-you-prefer-it-to-euclidean-distance
Where does vector arithmetic fail?
    02-dense#where-analogies-fail 02-dense#leaving-the-question-s-words-out
    02-dense#why-it-works-and-a-proof-that-proves-nothing
    asked at interview#where-does-vector-arithmetic-fail
Why is a mean of word vectors a crude sentence vector?
    02-dense#sentence-averaging
    asked at interview#why-is-a-mean-of-word-vectors-a-crude-sentence-vector
Why raise the frequencies to the power 3/4 when you draw negatives?
    03-word2vec#negative-sampling-tell-the-neighbor-from-impostors
    glossary#term-noise-distribution
    asked at interview#why-raise-the-frequencies-to-the-power-3-4-when-you-draw-negatives
What does hierarchical softmax gain?
    03-word2vec#hierarchical-softmax-a-path-of-decisions glossary#term-hierarchical-softmax
    glossary#term-Huffman-tree
    asked at interview#what-does-hierarchical-softmax-gain
How does tokenization relate to FastText's n-grams?
    05-fasttext#pieces-in-today-s-tokenizers glossary#term-tokenizer glossary#term-WordPiece
    glossary#term-byte-pair-encoding
    asked at interview#how-does-tokenization-relate-to-fasttext-s-n-grams
Why can distances in a t-SNE map mislead?
    glossary#term-t-SNE 02-dense#the-space-the-words-live-in 07-geometry#drawing-a-map-t-sne
    asked at interview#why-can-distances-in-a-t-sne-map-mislead
How would you find hubs in a nearest-neighbor space?
    glossary#term-hub 07-geometry#hubs
    asked at interview#how-would-you-find-hubs-in-a-nearest-neighbor-space
For which vocabulary is a dense table smaller than the one-hot rows?
    01-one-hot#what-one-hot-vectors-cost
    01-one-hot#what-goes-wrong-misreadings-and-the-sources-mistakes
    asked at 01-one-hot#exercises
"""
